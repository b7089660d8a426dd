/// The loss and the accuracy on a data split, with the weights after `step` updates.
public struct EvaluationRecord: Sendable, Equatable {
  /// The number of updates before it.
  public let step: Int
  /// The split.
  public let split: Split
  /// The statistics mode of batch norm; `batch` takes the mean and variance of the whole split.
  public let statistics: StatisticsMode
  /// The mean loss per example, in nats for cross-entropy, possibly NaN or infinite; nil where it is unknown.
  public let loss: Double?
  /// The share of examples that were classified correctly; nil for regression, or where it is unknown.
  public let accuracy: Double?
  /// The number of examples; nil where it is unknown.
  public let count: Int?

  /// Describes an evaluation.
  public init(
    step: Int, split: Split, statistics: StatisticsMode, loss: Double?, accuracy: Double? = nil,
    count: Int? = nil
  ) {
    self.step = step
    self.split = split
    self.statistics = statistics
    self.loss = loss
    self.accuracy = accuracy
    self.count = count
  }
}
