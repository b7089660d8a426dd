/// Loss and accuracy on a data split, under the weights that `step` updates made.
public struct EvaluationRecord: Sendable, Equatable {
  /// Which part of the data.
  public enum Split: String, Sendable, CaseIterable {
    case train
    case test
  }

  /// The number of updates made before.
  public let step: Int
  /// The part of the data.
  public let split: Split
  /// What batch norm normalized with: with `batch`, the split's own mean and variance.
  public let statistics: Site.Statistics
  /// The mean loss of an example, nats for cross-entropy; NaN and infinities are kept.
  public let loss: Double
  /// The share that was classified rightly; NaN where examples have no class, as in a regression.
  public let accuracy: Double
  /// The number of examples.
  public let count: Int

  /// Describes an evaluation.
  public init(
    step: Int, split: Split, statistics: Site.Statistics, loss: Double, accuracy: Double, count: Int
  ) {
    self.step = step
    self.split = split
    self.statistics = statistics
    self.loss = loss
    self.accuracy = accuracy
    self.count = count
  }
}
