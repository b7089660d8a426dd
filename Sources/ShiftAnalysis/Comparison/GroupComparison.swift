package import RunModel
package import Statistics

/// Two groups of runs side by side, paired over seeds: what each came to, and how often one was above the other.
package struct GroupComparison: Sendable {
  /// One figure of every run that has it.
  package struct Quantity: Sendable {
    /// What it is, such as "test accuracy, running statistics".
    package let name: String
    /// The layer whose shift it is, from 1; nil for anything else.
    package let layer: Int?
    /// The figures of the first group and of the second, over the pairs in which both runs have one.
    package let bands: [GroupBand]
    /// The median of the second run's figure less the first one's.
    package let medianDifference: Double
    /// The signs of these differences.
    package let signTest: SignTest

    /// Compares figures pair by pair; nil where no pair has both, finite.
    init?(_ name: String, layer: Int? = nil, _ pairs: [[Double?]]) {
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
      self.layer = layer
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
  /// The tensor that shifts are asked of.
  package let tap: Site.Tap
  /// What the shifts are of; empty where not all runs recorded that tensor over the same population.
  package let coordinates: [ShiftCoordinates]
  /// What was compared.
  package let quantities: [Quantity]
  /// The names of what no pair has finite figures of, or none that can be compared.
  package let namesWithoutFigures: [String]
  /// The layers that not every run recorded, which are left out.
  package let layersLeftOut: [Int]
  /// The layers that have other widths in other runs.
  package let layersOfOtherWidth: [Int]
  /// Normalized W2 from the start, median over units, by layer and step.
  package let points: [Point]

  /// Compares pairs of runs.
  ///
  /// - Parameters:
  ///   - runs: the pairs.
  ///   - tap: the tensor whose shifts are compared.
  ///   - points: at most so many steps for each layer; nil for every step that all runs recorded.
  ///   - database: where they are.
  /// - Throws: `StoreError`.
  package init(
    _ runs: RunPairs, tap: Site.Tap = .preactivation, points: Int?, in database: any RunReading
  ) throws {
    self.runs = runs
    self.tap = tap
    let losses = try runs.pairs.map { try $0.runs.map { try database.lastStep(of: $0)?.loss } }
    var figures: [(name: String, layer: Int?, pairs: [[Double?]])] = [
      ("training loss, last batch", nil, losses)
    ]
    let evaluations = try runs.pairs.map {
      try $0.runs.map { try database.finalEvaluations(of: $0) }
    }
    let all = evaluations.joined().joined()
    func addEvaluations(_ words: String, of statistics: Site.Statistics) {
      // Without batch norm all ways are one.
      let found = evaluations.map { pair in
        pair.map { $0.first { $0.statistics == statistics || $0.statistics == .none } }
      }
      if !all.allSatisfy(\.accuracy.isNaN) {
        figures.append(("test accuracy\(words)", nil, found.map { $0.map { $0?.accuracy } }))
      }
      figures.append(("test loss\(words)", nil, found.map { $0.map { $0?.loss } }))
    }
    for (words, statistics) in [
      (", running statistics", Site.Statistics.running), (", own statistics", .batch),
      (", precise statistics", .precise), (", Ioffe's statistics", .ioffe),
    ] where all.contains(where: { $0.statistics == statistics }) {
      addEvaluations(words, of: statistics)
    }
    if !all.isEmpty && all.allSatisfy({ $0.statistics == .none }) {
      addEvaluations("", of: .none)
    }
    let shifts = try GroupComparison.shifts(of: runs, at: tap, in: database)
    coordinates = shifts.first.map { $0.map { $0.series[0].coordinates } } ?? []
    let layers = GroupComparison.layers(of: shifts)
    for layer in layers {
      let ofLayer = shifts.map { $0.map { $0.of(layer) } }
      figures.append(
        (
          "layer \(layer): nw2 at the end", layer,
          ofLayer.map { $0.map { $0?.points.last?.values[0] } }
        ))
      let paths = shifts.map { $0.map { $0.paths[layer] } }
      // A path is the longer the denser its records are.
      let isComparable = Set(paths.joined().compactMap { $0?.spacing }).count == 1
      figures.append(
        (
          "layer \(layer): w2 path per step", layer,
          paths.map { $0.map { isComparable ? $0?.pathLengthPerStep : nil } }
        ))
    }
    let series = shifts.joined().flatMap(\.series)
    layersLeftOut = Set(series.map(\.layer)).subtracting(layers).sorted()
    layersOfOtherWidth = layers.filter { layer in
      Set(series.filter { $0.layer == layer }.map(\.width)).count > 1
    }
    // What a run had when it diverged is not what it came to.
    let diverged = runs.pairs.map { $0.runs.map { $0.status == .diverged } }
    for index in figures.indices {
      figures[index].pairs = zip(figures[index].pairs, diverged).map { pair, diverged in
        zip(pair, diverged).map { $1 ? nil : $0 }
      }
    }
    let quantities = figures.compactMap { Quantity($0.name, layer: $0.layer, $0.pairs) }
    let compared = Set(quantities.map(\.name))
    self.quantities = quantities
    namesWithoutFigures = figures.map(\.name).filter { !compared.contains($0) }
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
  private static func shifts(
    of runs: RunPairs, at tap: Site.Tap, in database: any RunReading
  ) throws -> [[RunShifts]] {
    var query = ShiftQuery()
    query.tap = tap
    query.measures = [.normalizedW2]
    let all = runs.pairs.flatMap(\.runs)
    for population in [Site.Population.probe, .batch] {
      query.population = population
      guard try all.allSatisfy({ try database.hasSites(for: query, of: $0) }) else { continue }
      return try runs.pairs.map { pair in
        try pair.runs.map { run in
          let paths = try database.trajectories(of: run, query)
          return RunShifts(
            series: try database.shift(of: run, query),
            paths: Dictionary(paths.map { ($0.layer, $0) }) { $1 })
        }
      }
    }
    return []
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
