package import Network

/// One hidden layer of a configuration: its size, and the settings in which it differs from the run's.
///
/// As JSON a dense layer without such settings is its number of units; any other layer is an object.
@dynamicMemberLookup
package struct LayerConfiguration: Sendable, Equatable {
  /// The keys of a layer.
  package struct Keys: Codable, Sendable, Equatable {
    /// The units of a dense layer; nil for another.
    package var units: Int?
    /// The channels of a convolution of 3 x 3 windows; nil for another layer.
    package var channels: Int?
    /// Whether the layer has no map, so that its normalization and activation read its input.
    package var identity: Bool?
    /// The distance of the windows of a convolution: 1 or 2.
    package var stride: Int?
    /// The pooling of the layer's output; nil for none.
    package var pooling: Pooling.Kind?
    /// The side of a pooling window, 2 by default.
    package var poolingSize: Int?
    /// The activation.
    package var activation: Activation?
    /// The normalization.
    package var norm: NormalizationKind?
    /// The place of the normalization.
    package var placement: LayerArchitecture.Placement?
    /// Whether the layer has a bias.
    package var bias: Bool?
    /// The initial gamma.
    package var initialGamma: Double?
    /// The initial beta.
    package var initialBeta: Double?
    /// The number of examples that ghost batch norm normalizes together.
    package var ghostBatchSize: Int?
    /// Whether the backward pass treats mean and variance as constants.
    package var holdStatistics: Bool?
    /// The probability that training drops an output of the layer.
    package var dropout: Double?
    /// Whether the layer adds the preactivation of the layer before to its own.
    package var residual: Bool?
  }

  private var keys: Keys

  /// Describes a dense layer.
  package init(units: Int) {
    keys = Keys(units: units)
  }

  /// Describes a convolution.
  package init(channels: Int, stride: Int = 1) {
    keys = Keys(channels: channels, stride: stride)
  }

  /// A key of the layer.
  package subscript<Value>(dynamicMember key: WritableKeyPath<Keys, Value>) -> Value {
    get { keys[keyPath: key] }
    set { keys[keyPath: key] = newValue }
  }
}

extension LayerConfiguration: ExpressibleByIntegerLiteral {
  package init(integerLiteral units: Int) {
    self.init(units: units)
  }
}

extension LayerConfiguration: Codable {
  package init(from decoder: any Decoder) throws {
    if let units = try? decoder.singleValueContainer().decode(Int.self) {
      keys = Keys(units: units)
      return
    }
    guard (try? decoder.container(keyedBy: NoKey.self)) != nil else {
      throw DecodingError.typeMismatch(
        LayerConfiguration.self,
        DecodingError.Context(
          codingPath: decoder.codingPath,
          debugDescription: "a number of units"))
    }
    keys = try Keys(from: decoder)
  }

  /// The keys of an object that is only asked whether it is one.
  private enum NoKey: CodingKey {}

  package func encode(to encoder: any Encoder) throws {
    if let units = keys.units, keys == Keys(units: units) {
      var container = encoder.singleValueContainer()
      try container.encode(units)
    } else {
      try keys.encode(to: encoder)
    }
  }
}
