package import RunStore
package import Statistics

/// Two groups of runs side by side, paired over seeds: what each came to, and how often one was above the other.
package struct GroupComparison: Sendable {
  /// One figure of every run that has it.
  package struct Quantity: Sendable {
    /// What it is, such as "test accuracy, running statistics".
    package let name: String
    /// The figures of the first group and of the second, over the pairs in which both runs have one.
    package let bands: [GroupBand]
    /// The median of the second run's figure less the first one's.
    package let medianDifference: Double
    /// The signs of these differences.
    package let signTest: SignTest

    /// Compares figures pair by pair; nil where no pair has both, finite.
    init?(_ name: String, _ pairs: [[Double?]]) {
      let known = pairs.compactMap { pair -> [Double]? in
        let figures = pair.compactMap { $0 }.filter(\.isFinite)
        return figures.count == pair.count ? figures : nil
      }
      let differences = known.map { $0[1] - $0[0] }
      guard let first = GroupBand(of: known.map { $0[0] }),
        let second = GroupBand(of: known.map { $0[1] }),
        let difference = GroupBand(of: differences)
      else { return nil }
      self.name = name
      bands = [first, second]
      medianDifference = difference.median
      signTest = SignTest(differences)
    }
  }

  /// The shift of one layer at one step, which all runs recorded.
  package struct Point: Sendable {
    /// The layer, from 1.
    package let layer: Int
    /// The step.
    package let step: Int
    /// The figures of the first group and of the second; nil where one is undefined.
    package let bands: [GroupBand?]
  }

  /// The runs.
  package let runs: RunPairs
  /// What the shifts are of; nil where not all runs recorded the same.
  package let coordinates: [ShiftCoordinates]
  /// What was compared.
  package let quantities: [Quantity]
  /// Normalized W2 from the start, median over units, by layer and step.
  package let points: [Point]

  /// Compares pairs of runs.
  ///
  /// - Parameters:
  ///   - runs: the pairs.
  ///   - points: at most so many steps for each layer; nil for every step that all runs recorded.
  ///   - database: where they are.
  /// - Throws: `StoreError`.
  package init(_ runs: RunPairs, points: Int?, in database: RunDatabase) throws {
    self.runs = runs
    var quantities: [Quantity?] = [
      Quantity(
        "training loss of the last batch",
        try runs.pairs.map { try $0.runs.map { try database.lastStep(of: $0)?.loss } })
    ]
    let evaluations = try runs.pairs.map {
      try $0.runs.map { try database.finalEvaluations(of: $0) }
    }
    for (words, statistics) in [
      ("running statistics", Site.Statistics.running), ("the split's own statistics", .batch),
      ("precise statistics", .precise), ("Ioffe's statistics", .ioffe),
    ] where evaluations.joined().joined().contains(where: { $0.statistics == statistics }) {
      // Without batch norm all ways are one.
      let found = evaluations.map { pair in
        pair.map { evaluations in
          evaluations.first { $0.statistics == statistics || $0.statistics == .none }
        }
      }
      quantities.append(
        Quantity("test accuracy, \(words)", found.map { $0.map { $0?.accuracy } }))
      quantities.append(Quantity("test loss, \(words)", found.map { $0.map { $0?.loss } }))
    }
    if !evaluations.joined().joined().contains(where: { $0.statistics != .none }) {
      quantities.append(
        Quantity("test accuracy", evaluations.map { $0.map { $0.first?.accuracy } }))
      quantities.append(Quantity("test loss", evaluations.map { $0.map { $0.first?.loss } }))
    }
    let shifts = try GroupComparison.shifts(of: runs, in: database)
    coordinates = shifts.first.map { $0.map { $0.series[0].coordinates } } ?? []
    for layer in GroupComparison.layers(of: shifts) {
      let ofLayer = shifts.map { $0.map { $0.of(layer) } }
      quantities.append(
        Quantity(
          "layer \(layer): nw2 from start, at the end",
          ofLayer.map { $0.map { $0?.points.last?.values[0] } }))
      let paths = shifts.map { $0.map { $0.paths[layer] } }
      // A path is the longer the denser its records are.
      guard Set(paths.joined().map { $0?.spacing }).count == 1 else { continue }
      quantities.append(
        Quantity("layer \(layer): w2 path length", paths.map { $0.map { $0?.pathLength } }))
    }
    self.quantities = quantities.compactMap { $0 }
    self.points = GroupComparison.points(of: shifts, atMost: points)
  }

  /// How the layers of one run moved.
  private struct RunShifts {
    let series: [ShiftSeries]
    /// By layer.
    let paths: [Int: LayerTrajectory]

    func of(_ layer: Int) -> ShiftSeries? { series.first { $0.layer == layer } }
  }

  /// The shifts of all runs over one population, the probe before training batches; none where a run has neither.
  private static func shifts(of runs: RunPairs, in database: RunDatabase) throws -> [[RunShifts]] {
    let all = runs.pairs.flatMap(\.runs)
    let recorded = try all.map { Set(try database.sites(of: $0).map(\.site.population)) }
    guard
      let population = [Site.Population.probe, .batch].first(where: { population in
        recorded.allSatisfy { $0.contains(population) }
      })
    else { return [] }
    var query = ShiftQuery()
    query.population = population
    query.measures = [.normalizedW2]
    return try runs.pairs.map { pair in
      try pair.runs.map { run in
        let paths = try database.trajectories(of: run, query)
        return RunShifts(
          series: try database.shift(of: run, query),
          paths: Dictionary(paths.map { ($0.layer, $0) }) { $1 })
      }
    }
  }

  /// The layers that every run recorded.
  private static func layers(of shifts: [[RunShifts]]) -> [Int] {
    let each = shifts.joined().map { Set($0.series.map(\.layer)) }
    guard let first = each.first else { return [] }
    return each.reduce(first) { $0.intersection($1) }.sorted()
  }

  private static func points(of shifts: [[RunShifts]], atMost count: Int?) -> [Point] {
    layers(of: shifts).flatMap { layer -> [Point] in
      let groups = [0, 1].map { group in
        shifts.map { pair in
          Dictionary(
            pair[group].of(layer)?.points.map { ($0.step, $0.values[0]) } ?? []
          ) { $1 }
        }
      }
      let recorded = groups.joined().map { Set($0.keys) }
      let steps = recorded.dropFirst().reduce(recorded.first ?? []) { $0.intersection($1) }.sorted()
      return evenlySpread(steps, atMost: count).map { step in
        Point(
          layer: layer, step: step,
          bands: groups.map { runs in
            let values = runs.compactMap { $0[step] ?? nil }
            return values.count == runs.count ? GroupBand(of: values) : nil
          })
      }
    }
  }
}
