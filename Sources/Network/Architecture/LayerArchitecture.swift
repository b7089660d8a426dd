/// What one layer is built from: a linear map, its normalization and nonlinearity, pooling and dropout.
package struct LayerArchitecture: Sendable, Equatable {
  /// The linear map of a layer.
  package enum Map: Sendable, Equatable {
    /// z = xW + b: every unit sees every feature.
    case dense(units: Int)
    /// Windows of 3 x 3 positions at every `stride`-th position, with a border of zeros.
    case convolution(channels: Int, stride: Int)
  }

  /// Where the normalization of a layer stands.
  package enum Placement: String, CaseIterable, Codable, Sendable {
    /// Before the activation: it normalizes z.
    case before
    /// After the activation: it normalizes the activation of z.
    case after
  }

  /// How a layer is normalized.
  package struct Normalization: Sendable, Equatable {
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
      _ method: Method, epsilon: Float = 1e-3, initialGamma: Float = 1, initialBeta: Float = 0,
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

  /// The linear map.
  package var map: Map
  /// Whether the map adds a bias.
  package var hasBias: Bool
  /// The normalization, nil for none.
  package var normalization: Normalization?
  /// Where the normalization stands.
  package var placement: Placement
  /// The nonlinearity.
  package var activation: Activation
  /// What follows the nonlinearity and the normalization, nil for none.
  package var pooling: Pooling?
  /// The probability with which training drops a number that the layer hands on.
  package var dropout: Float

  /// Describes a layer.
  package init(
    _ map: Map, hasBias: Bool = true, normalization: Normalization? = nil,
    placement: Placement = .before, activation: Activation, pooling: Pooling? = nil,
    dropout: Float = 0
  ) {
    self.map = map
    self.hasBias = hasBias
    self.normalization = normalization
    self.placement = placement
    self.activation = activation
    self.pooling = pooling
    self.dropout = dropout
  }
}
