public import RunModel

/// The check of a limit on a run, or on one of its layers.
public struct LimitCheck: Sendable {
  /// The limit.
  public let limit: RunLimit
  /// The layer, from 1; nil for a limit on the whole run.
  public let layer: Int?
  /// The tensor; nil for an evaluation, and for several tensors.
  public let tap: Site.Tap?
  /// The examples; nil for an evaluation, and for several populations.
  public let population: Site.Population?
  /// The statistics mode of batch norm; nil for several modes.
  public let statistics: StatisticsMode?
  /// The number of steps that were checked.
  public let stepCount: Int
  /// The steps at which the limit was exceeded, or the measure is undefined.
  public let exceededSteps: [Int]
  /// The step of the worst value, which is NaN or undefined where one is; nil where there are no values.
  public let worstStep: Int?
  /// The worst value; nil where it is undefined.
  public let worstValue: Double?

  /// Whether the limit was kept at every step, at least one.
  public var isKept: Bool { stepCount > 0 && exceededSteps.isEmpty }

  /// Checks values; nil where there are none.
  init?(_ limit: RunLimit, _ series: LimitSeries) {
    // An undefined value is the worst.
    func badness(_ value: Double?) -> (Int, Double) {
      guard let value, !value.isNaN else { return (1, .infinity) }
      return (0, limit.excess(of: value))
    }
    let worst = series.values.max { badness($0.value) < badness($1.value) }
    guard let worst else { return nil }
    self.limit = limit
    layer = series.layer
    tap = series.tap
    population = series.population
    statistics = series.statistics
    stepCount = series.stepCount ?? series.values.count
    exceededSteps = series.values.filter { !limit.isKept(by: $0.value) }.map(\.step)
    worstStep = worst.step
    worstValue = worst.value
  }

  /// A check of a limit on a run that recorded nothing that it bounds, which does not keep it.
  public init(ofNothing limit: RunLimit) {
    self.limit = limit
    layer = limit.query.layers?.number
    tap = limit.query.tap
    population = limit.query.population
    statistics = limit.query.statistics
    stepCount = 0
    exceededSteps = []
    worstStep = nil
    worstValue = nil
  }
}

extension RunReading {
  /// Checks a limit on a run: once for each layer that it covers, from the first to the last, or once for the run.
  ///
  /// - Throws: `ShiftError` where the run has nothing to check, so that missing data never keep a limit;
  ///   `StoreError`.
  public func check(_ limit: RunLimit, of run: Run) throws -> [LimitCheck] {
    let all = try series(for: limit, of: run)
    return try all.map { series in
      guard let check = LimitCheck(limit, series.within(limit.steps)) else {
        let name = try series.layer.flatMap { try layers(of: run).name(of: $0) }
        let place = series.layer.map { "of \(RunLayers.words(of: $0, named: name)) " } ?? ""
        throw ShiftError(
          .notRecorded,
          "Run \(run.shortID) recorded nothing \(place)at the steps of the limit \"\(limit)\"\(series.values.last.map { "; the last recorded step is \($0.step)" } ?? "")."
        )
      }
      return check
    }
  }
}
