/// The training method of a network: the loss, and the optimizer that minimizes it.
package struct TrainingMethod: Sendable, Equatable {
  /// The loss that is minimized.
  package var loss: Loss
  /// The reduction of the examples' losses to the batch's loss.
  package var reduction: LossReduction
  /// The optimizer.
  package var optimizer: Optimizer.Method
  /// The decoupled weight decay of weights and biases.
  package var weightDecay: Float
  /// Whether gamma and beta decay too.
  package var decaysNormalization: Bool
  /// The learning rate of each step.
  package var schedule: LearningRateSchedule

  /// Describes a method; by default plain SGD on the mean cross-entropy.
  package init(
    loss: Loss = .crossEntropy, reduction: LossReduction = .mean,
    optimizer: Optimizer.Method = .sgd(momentum: 0, nesterov: false), weightDecay: Float = 0,
    decaysNormalization: Bool = false, schedule: LearningRateSchedule
  ) {
    self.loss = loss
    self.reduction = reduction
    self.optimizer = optimizer
    self.weightDecay = weightDecay
    self.decaysNormalization = decaysNormalization
    self.schedule = schedule
  }
}
