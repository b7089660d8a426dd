import Statistics

/// The description of a layer's normalization.
package struct NormalizationArchitecture: Sendable, Equatable {
  /// The numbers over which mean and variance are taken.
  package enum Method: Sendable, Equatable {
    /// Over the examples of a batch, or of each part of it of `ghostBatchSize` examples, for each channel.
    case batch(ghostBatchSize: Int?, running: RunningStatistics.Update)
    /// Over the features of each example.
    case layer
  }

  /// The numbers over which mean and variance are taken.
  package var method: Method
  /// The constant ε that is added to the variance before its root is taken.
  package var epsilon: Float
  /// The initial value of gamma.
  package var initialGamma: Float
  /// The initial value of beta.
  package var initialBeta: Float
  /// Whether training moves gamma; if not, its gradient counts as 0.
  package var trainsGamma: Bool
  /// Whether training moves beta; if not, its gradient counts as 0.
  package var trainsBeta: Bool
  /// Whether the backward pass treats mean and variance as constants.
  package var holdsStatistics: Bool
  /// The noise on the normalized tensor in training, nil for none.
  package var noise: NormalizationNoise?
  /// The correction of batch norm towards its running statistics in training, nil for none.
  package var renormalization: Renormalization?
  /// Whether batch norm normalizes a training batch with the mean and variance of the batch before, which gradients take
  /// as constants; the first batch has its own, held constant too.
  package var usesPreviousBatch: Bool

  /// Describes a normalization.
  package init(
    _ method: Method, epsilon: Float = Float(ShiftReference.defaultEpsilon),
    initialGamma: Float = 1, initialBeta: Float = 0,
    trainsGamma: Bool = true, trainsBeta: Bool = true,
    holdsStatistics: Bool = false, noise: NormalizationNoise? = nil,
    renormalization: Renormalization? = nil, usesPreviousBatch: Bool = false
  ) {
    self.method = method
    self.epsilon = epsilon
    self.initialGamma = initialGamma
    self.initialBeta = initialBeta
    self.trainsGamma = trainsGamma
    self.trainsBeta = trainsBeta
    self.holdsStatistics = holdsStatistics || usesPreviousBatch
    self.noise = noise
    self.renormalization = renormalization
    self.usesPreviousBatch = usesPreviousBatch
  }
}
