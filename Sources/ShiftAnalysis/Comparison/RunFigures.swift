public import RunModel
package import StrictJSON

/// What a comparison needs of one run, read once, however many runs it is compared with.
public struct RunFigures: Sendable {
  /// The run.
  public let run: Run
  /// Its layers.
  public let layers: RunLayers
  /// The split by which the run is compared; nil where it, and those that it is compared with, were not evaluated.
  public let split: EvaluationRecord.Split?
  /// Its evaluations on that split, by step and statistics mode.
  public let evaluations: [EvaluationRecord]
  /// Its last step; nil before the first one.
  public let lastStep: StepRecord?
  /// How far its layers moved; none where it recorded nothing at that tensor.
  public let movements: [LayerMovement]

  /// Reads the figures of a run, with its evaluations on the split that represents it.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - tap: the tensor whose movement is compared; nil for the usual one.
  ///   - population: the examples; nil for the usual ones.
  ///   - database: the store of the run.
  /// - Throws: `StoreError`.
  public init(
    of run: Run, tap: Site.Tap? = nil, population: Site.Population? = nil,
    in database: any RunReading
  ) throws {
    let evaluations = try database.evaluations(of: run)
    try self.init(
      of: run, tap, population, evaluations, on: .common(to: [evaluations]), in: database)
  }

  private init(
    of run: Run, _ tap: Site.Tap?, _ population: Site.Population?,
    _ evaluations: [EvaluationRecord], on split: EvaluationRecord.Split?,
    in database: any RunReading
  ) throws {
    self.run = run
    layers = try database.layers(of: run)
    self.split = split
    self.evaluations = evaluations.filter { $0.split == split }
    lastStep = try database.lastStep(of: run)
    movements = try database.movements(of: run, tap: tap, population: population)
  }

  /// Reads the figures of several runs, over the examples that all of them recorded and on the split on which all were
  /// evaluated, if there are any; each run once.
  ///
  /// - Throws: `StoreError`.
  public static func each(of runs: [Run], tap: Site.Tap? = nil, in database: any RunReading) throws
    -> [RunFigures]
  {
    let recorded = try runs.map { Set(try database.sites(of: $0).map(\.site.population)) }
    let common = [Site.Population.probe, .batch].first { population in
      recorded.allSatisfy { $0.contains(population) }
    }
    let evaluations = try runs.map { try database.evaluations(of: $0) }
    let split = EvaluationRecord.Split.common(to: evaluations)
    var known: [String: RunFigures] = [:]
    return try zip(runs, evaluations).map { run, evaluations in
      if let figures = known[run.uuid] { return figures }
      let figures = try RunFigures(of: run, tap, common, evaluations, on: split, in: database)
      known[run.uuid] = figures
      return figures
    }
  }

  /// The evaluations at the last evaluated step, one for each statistics mode.
  public var finalEvaluations: [EvaluationRecord] {
    let last = evaluations.last?.step
    return evaluations.filter { $0.step == last }
  }

  /// The evaluations with the statistics that represent the trained network best.
  public var primaryEvaluations: [EvaluationRecord] {
    let mode = StatisticsMode.preference.first { mode in
      evaluations.contains { $0.statistics == mode }
    }
    return evaluations.filter { $0.statistics == mode }
  }

  /// The members of its configuration by dotted key; none where it is not JSON.
  package var configuration: [String: JSONValue] {
    let members = JSONValue(text: run.configuration)?.flattened ?? []
    return Dictionary(members.map { ($0.key.isEmpty ? "(value)" : $0.key, $0.value) }) { $1 }
  }
}
