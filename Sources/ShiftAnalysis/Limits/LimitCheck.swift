public import RunModel

/// How a run, or one of its layers, kept a limit.
public struct LimitCheck: Sendable {
  /// The limit.
  public let limit: RunLimit
  /// The layer, from 1; nil where the limit is not about layers.
  public let layer: Int?
  /// The examples that the values are of; nil for an evaluation, and where they are of several.
  public let population: Site.Population?
  /// What batch norm normalized with; nil where they are of several ways.
  public let statistics: Site.Statistics?
  /// How many steps were looked at.
  public let stepCount: Int
  /// The steps at which it was exceeded, or the measure is undefined.
  public let exceededSteps: [Int]
  /// The step of the worst value; of one that is undefined, if there is any.
  public let worstStep: Int
  /// The value there; nil where it is undefined.
  public let worstValue: Double?

  /// Whether the limit was kept at every step.
  public var isKept: Bool { exceededSteps.isEmpty }

  /// Judges values; nil where there are none.
  init?(_ limit: RunLimit, _ series: LimitSeries) {
    // An undefined value is the worst.
    func excess(_ value: Double?) -> Double { value.map { limit.excess(of: $0) } ?? .infinity }
    let worst = series.values.max {
      ($0.value == nil ? 1 : 0, excess($0.value)) < ($1.value == nil ? 1 : 0, excess($1.value))
    }
    guard let worst else { return nil }
    self.limit = limit
    layer = series.layer
    population = series.population
    statistics = series.statistics
    stepCount = series.stepCount ?? series.values.count
    exceededSteps = series.values.filter { !limit.isKept(by: $0.value) }.map(\.step)
    worstStep = worst.step
    worstValue = worst.value
  }
}

extension RunReading {
  /// How a run kept a limit: one check for each layer that it is about, from the first to the last, or one for the run.
  ///
  /// - Throws: `ShiftError` where the run has nothing to look at there, so that a limit is never kept for want of data;
  ///   `StoreError`.
  public func check(_ limit: RunLimit, of run: Run) throws -> [LimitCheck] {
    let all = try series(for: limit, of: run)
    return try all.map { series in
      guard let check = LimitCheck(limit, series.within(limit.steps)) else {
        let place = series.layer.map { "of layer \($0) " } ?? ""
        throw ShiftError(
          "Run \(run.shortID) recorded nothing \(place)at the steps of the limit \"\(limit)\"; it has \(series.values.count) steps there up to \(series.values.last?.step ?? 0)."
        )
      }
      return check
    }
  }
}
