public import RunModel
package import StrictJSON

/// What a comparison needs of one run, read once, however many runs it is compared with.
public struct RunFigures: Sendable {
  /// The run.
  public let run: Run
  /// Its layers.
  public let layers: RunLayers
  /// Its evaluations on the test split, by step and statistics mode.
  public let testEvaluations: [EvaluationRecord]
  /// Its last step; nil before the first one.
  public let lastStep: StepRecord?
  /// How far its layers moved; none where it recorded nothing at that tensor.
  public let movements: [LayerMovement]

  /// Reads the figures of a run.
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
    self.run = run
    layers = try database.layers(of: run)
    testEvaluations = try database.evaluations(of: run).filter { $0.split == .test }
    lastStep = try database.lastStep(of: run)
    movements = try database.movements(of: run, tap: tap, population: population)
  }

  /// Reads the figures of several runs, over the examples that all of them recorded, if there are any; each run once.
  ///
  /// - Throws: `StoreError`.
  public static func each(of runs: [Run], tap: Site.Tap? = nil, in database: any RunReading) throws
    -> [RunFigures]
  {
    let recorded = try runs.map { Set(try database.sites(of: $0).map(\.site.population)) }
    let common = [Site.Population.probe, .batch].first { population in
      recorded.allSatisfy { $0.contains(population) }
    }
    var known: [String: RunFigures] = [:]
    return try runs.map { run in
      if let figures = known[run.uuid] { return figures }
      let figures = try RunFigures(of: run, tap: tap, population: common, in: database)
      known[run.uuid] = figures
      return figures
    }
  }

  /// The evaluations at the last evaluated step, one for each statistics mode.
  public var finalEvaluations: [EvaluationRecord] {
    let last = testEvaluations.last?.step
    return testEvaluations.filter { $0.step == last }
  }

  /// The evaluations with the statistics that represent the trained network best.
  public var primaryEvaluations: [EvaluationRecord] {
    let mode = StatisticsMode.preference.first { mode in
      testEvaluations.contains { $0.statistics == mode }
    }
    return testEvaluations.filter { $0.statistics == mode }
  }

  /// The members of its configuration by dotted key; none where it is not JSON.
  package var configuration: [String: JSONValue] {
    let members = JSONValue(text: run.configuration)?.flattened ?? []
    return Dictionary(members.map { ($0.key.isEmpty ? "(value)" : $0.key, $0.value) }) { $1 }
  }
}
