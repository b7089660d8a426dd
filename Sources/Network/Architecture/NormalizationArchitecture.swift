import Statistics

/// How a layer is normalized.
package struct NormalizationArchitecture: Sendable, Equatable {
  /// Over what mean and variance are taken.
  package enum Method: Sendable, Equatable {
    /// Over the examples of a batch, or of each part of it of `ghostBatchSize` examples, for each channel.
    case batch(ghostBatchSize: Int?, running: RunningStatistics.Update)
    /// Over the features of each example.
    case layer
  }

  /// Over what mean and variance are taken.
  package var method: Method
  /// What is added to the variance before its root is taken.
  package var epsilon: Float
  /// What gamma starts from.
  package var initialGamma: Float
  /// What beta starts from.
  package var initialBeta: Float
  /// Whether the backward pass takes mean and variance for constants.
  package var holdsStatistics: Bool
  /// What is put on the normalized tensor in training.
  package var noise: NormalizationNoise?

  /// Describes a normalization.
  package init(
    _ method: Method, epsilon: Float = Float(ShiftReference.defaultEpsilon),
    initialGamma: Float = 1, initialBeta: Float = 0,
    holdsStatistics: Bool = false, noise: NormalizationNoise? = nil
  ) {
    self.method = method
    self.epsilon = epsilon
    self.initialGamma = initialGamma
    self.initialBeta = initialBeta
    self.holdsStatistics = holdsStatistics
    self.noise = noise
  }
}
