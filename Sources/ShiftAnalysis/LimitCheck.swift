public import RunStore
import Statistics

/// How one layer of a run kept a limit.
public struct LimitCheck: Sendable {
  /// The limit.
  public let limit: ShiftLimit
  /// The layer, from 1.
  public let layer: Int
  /// What the values are of.
  public let coordinates: ShiftCoordinates
  /// How many steps were looked at.
  public let stepCount: Int
  /// The steps at which it was exceeded, or the measure is undefined.
  public let exceededSteps: [Int]
  /// The step of the largest value; of one that is undefined, if there is any.
  public let worstStep: Int
  /// The value there; nil where it is undefined.
  public let worstValue: Double?

  /// Whether the limit was kept at every step.
  public var isKept: Bool { exceededSteps.isEmpty }
}

extension RunDatabase {
  /// How each layer that a limit is about kept it, from the first to the last.
  ///
  /// - Throws: `ShiftError` where the run has nothing to look at there, so that a limit is never kept for want of data;
  ///   `StoreError`.
  public func check(_ limit: ShiftLimit, of run: Run) throws -> [LimitCheck] {
    try shift(of: run, limit.query).map { series in
      let points = series.points.filter { limit.steps.contains($0.step) }
      // An undefined value is the worst.
      let worst = points.max {
        ($0.values[0] ?? .infinity) < ($1.values[0] ?? .infinity)
      }
      guard let worst else {
        throw ShiftError(
          "Run \(run.shortID) recorded nothing of layer \(series.layer) at the steps of the limit \"\(limit)\"; it has \(series.points.count) steps there up to \(series.points.last?.step ?? 0)."
        )
      }
      return LimitCheck(
        limit: limit, layer: series.layer, coordinates: series.coordinates,
        stepCount: points.count,
        exceededSteps: points.filter { !limit.isKept(by: $0.values[0]) }.map(\.step),
        worstStep: worst.step, worstValue: worst.values[0])
    }
  }
}
