/// What one training step did; its figures are those of its batch under the weights before its update.
public struct StepRecord: Sendable, Equatable {
  /// The step, from 0.
  public let step: Int
  /// The loss on the batch, nats for cross-entropy; NaN and infinities are kept.
  public let loss: Double
  /// The share of the batch that was classified rightly; NaN where examples have no class.
  public let accuracy: Double
  /// The factor on the gradient, finite.
  public let learningRate: Double
  /// The number of examples in the batch.
  public let batchSize: Int
  /// How long the step took, recording left out, finite, seconds.
  public let duration: Double

  /// Describes a step.
  public init(
    step: Int, loss: Double, accuracy: Double, learningRate: Double, batchSize: Int,
    duration: Double
  ) {
    self.step = step
    self.loss = loss
    self.accuracy = accuracy
    self.learningRate = learningRate
    self.batchSize = batchSize
    self.duration = duration
  }
}
