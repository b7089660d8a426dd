/// The description of one layer: a linear map, its normalization and nonlinearity, pooling and dropout.
package struct LayerArchitecture: Sendable, Equatable {
  /// The linear map of a layer, before the shape of its input is known.
  package enum Map: Sendable, Equatable {
    case dense(units: Int)
    case convolution(channels: Int, stride: Int)
    /// No map: z is the input.
    case identity

    /// The map for inputs of one shape; the one place where a case meets its type.
    func map(reading input: TensorShape) -> any LayerMap {
      switch self {
      case .dense(let units): Dense(input: input, units: units)
      case .convolution(let channels, let stride):
        Convolution(input: input, channels: channels, stride: stride)
      case .identity: Identity(input: input)
      }
    }
  }

  /// The place of the normalization in a layer.
  package enum Placement: String, CaseIterable, Codable, Sendable {
    /// Before the activation: it normalizes z.
    case before
    /// After the activation: it normalizes the activation of z.
    case after
  }

  /// The linear map.
  package var map: Map
  /// Whether the map adds a bias.
  package var hasBias: Bool
  /// The normalization, nil for none.
  package var normalization: NormalizationArchitecture?
  /// The place of the normalization.
  package var placement: Placement
  /// The nonlinearity.
  package var activation: Activation
  /// The pooling after nonlinearity and normalization, nil for none.
  package var pooling: Pooling?
  /// The probability with which training drops an output.
  package var dropout: Float
  /// Whether the layer adds z of the layer before to its own.
  ///
  /// This is the identity shortcut of a pre-activation residual network. Source: He, Zhang, Ren and Sun 2016, "Identity
  /// mappings in deep residual networks".
  package var hasShortcut: Bool

  /// Describes a layer.
  package init(
    _ map: Map, hasBias: Bool = true, normalization: NormalizationArchitecture? = nil,
    placement: Placement = .before, activation: Activation, pooling: Pooling? = nil,
    dropout: Float = 0, hasShortcut: Bool = false
  ) {
    self.map = map
    self.hasBias = hasBias
    self.normalization = normalization
    self.placement = placement
    self.activation = activation
    self.pooling = pooling
    self.dropout = dropout
    self.hasShortcut = hasShortcut
  }
}
