/// How a network is trained: what is minimized, and how parameters follow its gradient.
package struct TrainingMethod: Sendable, Equatable {
  /// What is minimized.
  package var loss: Loss
  /// How the losses of the examples of a batch become one.
  package var reduction: LossReduction
  /// How a step is made of gradients.
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
