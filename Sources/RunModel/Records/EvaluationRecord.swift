/// The loss and the accuracy on a data split, with the weights after `step` updates.
public struct EvaluationRecord: Sendable, Equatable {
  /// A split of the data.
  public enum Split: String, Sendable, CaseIterable {
    case train
    case test
  }

  /// The number of updates before it.
  public let step: Int
  /// The split.
  public let split: Split
  /// The statistics mode of batch norm; `batch` takes the mean and variance of the whole split.
  public let statistics: StatisticsMode
  /// The mean loss per example, in nats for cross-entropy; possibly NaN or infinite.
  public let loss: Double
  /// The share of examples that were classified correctly; NaN for regression.
  public let accuracy: Double
  /// The number of examples.
  public let count: Int

  /// Describes an evaluation.
  public init(
    step: Int, split: Split, statistics: StatisticsMode, loss: Double, accuracy: Double, count: Int
  ) {
    self.step = step
    self.split = split
    self.statistics = statistics
    self.loss = loss
    self.accuracy = accuracy
    self.count = count
  }
}
