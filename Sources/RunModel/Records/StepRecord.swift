/// One training step; the loss and the accuracy belong to its batch and the weights before its update.
public struct StepRecord: Sendable, Equatable {
  /// The step, from 0.
  public let step: Int
  /// The loss on the batch, in nats for cross-entropy, possibly NaN or infinite; nil where it is unknown.
  public let loss: Double?
  /// The share of the batch that was classified correctly; nil for regression, or where it is unknown.
  public let accuracy: Double?
  /// The learning rate, finite; nil where it is unknown.
  public let learningRate: Double?
  /// The number of examples in the batch; nil where it is unknown.
  public let batchSize: Int?
  /// The time that the step took without recording, finite, seconds; nil where it is unknown.
  public let duration: Double?

  /// Describes a step.
  public init(
    step: Int, loss: Double?, accuracy: Double? = nil, learningRate: Double? = nil,
    batchSize: Int? = nil, duration: Double? = nil
  ) {
    self.step = step
    self.loss = loss
    self.accuracy = accuracy
    self.learningRate = learningRate
    self.batchSize = batchSize
    self.duration = duration
  }
}
