public import RunModel

/// The gap between evaluating with running statistics, as in prediction, and with statistics of the data themselves.
public struct EvaluationGap: Sendable, Equatable {
  /// The evaluation with running statistics.
  public let running: EvaluationRecord
  /// The evaluation of the same weights and split with precise population statistics or, where there is none, with the
  /// split's own.
  public let other: EvaluationRecord

  /// The accuracy that running statistics cost, in points; negative where they gain; nil without accuracies.
  public var points: Double? {
    guard let reached = other.accuracy, let left = running.accuracy else { return nil }
    let points = (reached - left) * 100
    return points.isNaN ? nil : points
  }

  /// The newest gap among evaluations up to a step, on the split that represents the run; nil where the network was
  /// evaluated with running statistics alone, or without.
  public init?(among evaluations: [EvaluationRecord], upTo step: Int) {
    let gaps = evaluations.filter { $0.step <= step && $0.statistics == .running }.compactMap {
      running in
      [StatisticsMode.precise, .batch].lazy.compactMap { mode in
        evaluations.first {
          $0.step == running.step && $0.split == running.split && $0.statistics == mode
        }
      }.first.map { (running: running, other: $0) }
    }
    let split = gaps.map(\.running.split).representative
    guard let gap = gaps.last(where: { $0.running.split == split }) else { return nil }
    (running, other) = gap
  }
}
