package import RunModel
package import Statistics

/// A comparison of two groups of runs, paired by seed: the figures of both, and a sign test of their differences.
package struct GroupComparison: Sendable {
  /// One figure of every run that has it.
  package struct Quantity: Sendable {
    /// The name, such as "test accuracy, running statistics".
    package let name: String
    /// The layer of a shift, from 1; nil for other figures.
    package let layer: Int?
    /// The bands of the first and the second group, over the pairs in which both runs have a figure.
    package let bands: [GroupBand]
    /// The median over pairs of the second run's figure less the first run's.
    package let medianDifference: Double
    /// The sign test of these differences.
    package let signTest: SignTest

    /// Whether it is the normalized W2 of a layer from the start to the end.
    package var isShift: Bool { layer != nil && name.hasSuffix(GroupComparison.shiftName) }

    /// Compares figures pair by pair; nil where no pair has two finite figures.
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

  /// The shifts of one layer at one step that all runs recorded.
  package struct Point: Sendable {
    /// The layer, from 1.
    package let layer: Int
    /// The step.
    package let step: Int
    /// The bands of the first and the second group; nil where a shift is undefined.
    package let bands: [GroupBand?]
  }

  private static let shiftName = "nw2 at the end"

  /// The runs.
  package let runs: RunPairs
  /// The coordinates of the shifts; empty where not all runs recorded that tensor over one population.
  package let coordinates: [ShiftCoordinates]
  /// The figures that were compared.
  package let quantities: [Quantity]
  /// The names of the quantities for which no pair has finite, comparable figures.
  package let namesWithoutFigures: [String]
  /// The layers of each run, pair by pair; figures have the numbers of the first run.
  package let layers: [RunLayers]
  /// The layers that some runs did not record, which are excluded: their names, or numbers.
  package let layersLeftOut: [String]
  /// The layers whose widths differ between runs.
  package let layersOfOtherWidth: [Int]
  /// Normalized W2 from the start, median over units, by layer and step.
  package let points: [Point]

  /// Compares pairs of runs.
  ///
  /// - Parameters:
  ///   - runs: the pairs.
  ///   - tap: the tensor whose shifts are compared; nil for the usual one.
  ///   - selection: the layers, by the names that they have in any run; nil for all of them.
  ///   - points: the largest number of steps for each layer in `points`; nil for none, which leaves them unread.
  ///   - database: the store of the runs.
  /// - Throws: `ShiftError` where no run has such layers; `StoreError`.
  package init(
    _ runs: RunPairs, tap: Site.Tap? = nil, layers selection: LayerSelection? = nil,
    points: Int?, in database: any RunReading
  ) throws {
    let all = runs.pairs.flatMap(\.runs)
    database.willRead(all)
    let layers = try all.map { try database.layers(of: $0) }
    let numbering = layers.map { LayerPairs(layers[0], $0) }
    let selected = try selection?.numbers(amongAnyOf: layers, numberedBy: numbering, of: all)
    let names = layers[0]
    self.layers = layers
    self.runs = runs
    let losses = try runs.pairs.map { try $0.runs.map { try database.lastStep(of: $0)?.loss } }
    var figures: [(name: String, layer: Int?, pairs: [[Double?]])] = [
      ("training loss, last batch", nil, losses)
    ]
    let last = try runs.pairs.map { try $0.runs.map { try database.lastEvaluations(of: $0) } }
    let split = EvaluationRecord.Split.common(to: Array(last.joined()))
    let evaluations = last.map { $0.map { $0.filter { $0.split == split } } }
    let everyEvaluation = evaluations.joined().joined()
    let name = split?.rawValue ?? ""
    func addEvaluations(_ words: String, of statistics: StatisticsMode) {
      // Without batch norm there is one mode.
      let found = evaluations.map { pair in
        pair.map { $0.first { $0.statistics == statistics || $0.statistics == .none } }
      }
      if everyEvaluation.contains(where: { $0.accuracy != nil }) {
        figures.append(("\(name) accuracy\(words)", nil, found.map { $0.map { $0?.accuracy } }))
      }
      figures.append(("\(name) loss\(words)", nil, found.map { $0.map { $0?.loss } }))
    }
    for statistics in StatisticsMode.preference
    where statistics != .none && everyEvaluation.contains(where: { $0.statistics == statistics }) {
      addEvaluations(", \(statistics.words)", of: statistics)
    }
    if !everyEvaluation.isEmpty && everyEvaluation.allSatisfy({ $0.statistics == .none }) {
      addEvaluations("", of: .none)
    }
    let shifts = try GroupComparison.shifts(
      of: runs, at: tap, selected, numbering, withSeries: points != nil, in: database)
    coordinates = shifts.first.map { $0.compactMap(\.coordinates) } ?? []
    let common = GroupComparison.layers(of: shifts)
    for layer in common {
      let words = RunLayers.words(of: layer, named: names.name(of: layer))
      let ofLayer = shifts.map { $0.map { $0.of(layer) } }
      figures.append(
        (
          "\(words): \(GroupComparison.shiftName)", layer,
          ofLayer.map { $0.map { $0?.normalized } }
        ))
      // A path is longer where its records are denser.
      let isComparable = Set(ofLayer.joined().compactMap { $0?.spacing }).count == 1
      figures.append(
        (
          "\(words): w2 path per step", layer,
          ofLayer.map { $0.map { isComparable ? $0?.pathLengthPerStep : nil } }
        ))
    }
    let recorded = Set(shifts.joined().flatMap(\.travels.keys))
    let leftOut = recorded.subtracting(common).sorted().map { names.label(of: $0) }
    layersLeftOut = leftOut + Set(shifts.joined().flatMap(\.layersAlone)).sorted()
    layersOfOtherWidth = common.filter { layer in
      Set(shifts.joined().compactMap { $0.widths[layer] }).count > 1
    }
    // The last figures of a diverged run are not its result.
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

  /// The shifts of the layers of one run, by their numbers in the first run.
  private struct RunShifts {
    let coordinates: ShiftCoordinates?
    let widths: [Int: Int]
    let travels: [Int: SiteTravel]
    /// The shifts at each step; none where they are not wanted.
    let series: [Int: ShiftSeries]
    /// The names, or numbers, of the layers that the first run does not have.
    let layersAlone: [String]

    init(
      _ sites: [SiteSelection.Selected], _ travels: [SiteTravel], _ series: [ShiftSeries],
      _ selected: Set<Int>?, _ layers: RunLayers, _ numbering: LayerPairs
    ) {
      func isSelected(_ layer: Int) -> Bool { selected?.contains(layer) ?? true }
      func numbered<Figures>(_ all: [Figures], _ layer: (Figures) -> Int) -> [Int: Figures] {
        let pairs = all.compactMap { figures in
          numbering.first(of: layer(figures)).map { ($0, figures) }
        }
        return Dictionary(pairs.filter { isSelected($0.0) }) { first, _ in first }
      }
      coordinates = sites.first?.coordinates(from: .start)
      let numbers = sites.map(\.source.site.layer)
      widths = numbered(sites, \.source.site.layer).mapValues(\.source.site.width)
      self.travels = numbered(Array(zip(numbers, travels)), \.0).mapValues(\.1)
      self.series = numbered(series, \.layer)
      let alone = numbers.filter { numbering.first(of: $0) == nil }
      layersAlone =
        selected == nil
        ? alone.map(layers.label) : []
    }

    func of(_ layer: Int) -> SiteTravel? { travels[layer] }
  }

  /// The shifts of all runs over one population, preferably the probe; empty where the runs share none.
  private static func shifts(
    of runs: RunPairs, at tap: Site.Tap?, _ selected: Set<Int>?, _ numbering: [LayerPairs],
    withSeries: Bool, in database: any RunReading
  ) throws -> [[RunShifts]] {
    var query = ShiftQuery()
    query.measures = [.normalizedW2]
    let all = runs.pairs.flatMap(\.runs)
    let taps = tap.map { [$0] } ?? Site.Tap.usualOrder
    // A run that diverged after its first probe does not keep the others from being compared by theirs.
    let hasProbeSeries = try all.contains {
      try database.usualPopulation(among: database.sites(of: $0)) == .probe
    }
    let populations: [Site.Population] = hasProbeSeries ? [.probe, .batch] : [.batch, .probe]
    for (tap, population) in taps.flatMap({ tap in
      populations.map { (tap, $0) }
    }) {
      (query.tap, query.population) = (tap, population)
      let sites = try all.map { try database.selectionIfAny(query.sites, of: $0) }
      guard sites.allSatisfy({ !$0.isEmpty }) else { continue }
      // All of them at once, as a store may be far away.
      var travels = try database.travels(at: Array(sites.joined()))[...]
      let shifts = try zip(zip(all, sites), numbering).map { run, numbering in
        defer { travels = travels.dropFirst(run.1.count) }
        return RunShifts(
          run.1, Array(travels.prefix(run.1.count)),
          withSeries ? try database.shift(of: run.0, query) : [], selected,
          try database.layers(of: run.0), numbering)
      }
      return stride(from: 0, to: shifts.count, by: 2).map { [shifts[$0], shifts[$0 + 1]] }
    }
    return []
  }

  /// The layers that every run recorded.
  private static func layers(of shifts: [[RunShifts]]) -> [Int] {
    let each = shifts.joined().map { Set($0.travels.keys) }
    guard let first = each.first else { return [] }
    return each.reduce(first) { $0.intersection($1) }.sorted()
  }

  private static func points(of shifts: [[RunShifts]], atMost count: Int?) -> [Point] {
    layers(of: shifts).flatMap { layer -> [Point] in
      let groups = [0, 1].map { group in
        shifts.map { pair in
          Dictionary(
            pair[group].series[layer]?.points.map { ($0.step, $0.values[0]) } ?? []
          ) { $1 }
        }
      }
      let recorded = groups.joined().map { Set($0.keys) }
      let steps = recorded.dropFirst().reduce(recorded.first ?? []) { $0.intersection($1) }.sorted()
      return StepSelection.steps(steps, atMost: count).map { step in
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
