import StrictJSON
package import Network

/// One hidden layer of a configuration: its size, and where it departs from what the run says for all of them.
///
/// As JSON a dense layer without departures is its number of units; any other layer is an object.
package struct LayerConfiguration: Codable, Sendable, Equatable, ExpressibleByIntegerLiteral {
  /// The units of a dense layer; nil for a convolution.
  package var units: Int?
  /// The channels of a convolution of 3 x 3 windows; nil for a dense layer.
  package var channels: Int?
  /// From how many positions to the next the windows of a convolution go: 1 or 2.
  package var stride: Int?
  /// What pooling makes of each window of the layer's output; nil for none.
  package var pooling: Pooling.Kind?
  /// The side of a pooling window, 2 unless said.
  package var poolingSize: Int?
  /// The nonlinearity.
  package var activation: Activation?
  /// How the layer is normalized.
  package var norm: RunConfiguration.Normalization?
  /// Where the normalization stands.
  package var placement: LayerArchitecture.Placement?
  /// Whether the layer has a bias.
  package var bias: Bool?
  /// What gamma starts from.
  package var initialGamma: Double?
  /// What beta starts from.
  package var initialBeta: Double?
  /// The number of examples that ghost batch norm normalizes together.
  package var ghostBatchSize: Int?
  /// Whether the backward pass takes mean and variance for constants.
  package var holdStatistics: Bool?
  /// The probability with which a number of the layer's output is dropped.
  package var dropout: Double?

  /// A dense layer.
  package init(units: Int) {
    self.units = units
  }

  /// A dense layer.
  package init(integerLiteral units: Int) {
    self.init(units: units)
  }

  /// A convolution.
  package init(channels: Int, stride: Int = 1) {
    self.channels = channels
    self.stride = stride
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case units, channels, stride, pooling
    case poolingSize = "pooling_size"
    case activation, norm, placement, bias
    case initialGamma = "initial_gamma"
    case initialBeta = "initial_beta"
    case ghostBatchSize = "ghost_batch_size"
    case holdStatistics = "hold_statistics"
    case dropout
  }

  package init(from decoder: any Decoder) throws {
    if let units = try? decoder.singleValueContainer().decode(Int.self) {
      self.units = units
      return
    }
    try decoder.rejectUnknownKeys(CodingKeys.self)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    units = try container.decodeIfPresent(Int.self, forKey: .units)
    channels = try container.decodeIfPresent(Int.self, forKey: .channels)
    stride = try container.decodeIfPresent(Int.self, forKey: .stride)
    pooling = try container.decodeIfPresent(Pooling.Kind.self, forKey: .pooling)
    poolingSize = try container.decodeIfPresent(Int.self, forKey: .poolingSize)
    activation = try container.decodeIfPresent(Activation.self, forKey: .activation)
    norm = try container.decodeIfPresent(RunConfiguration.Normalization.self, forKey: .norm)
    placement = try container.decodeIfPresent(
      LayerArchitecture.Placement.self, forKey: .placement)
    bias = try container.decodeIfPresent(Bool.self, forKey: .bias)
    initialGamma = try container.decodeIfPresent(Double.self, forKey: .initialGamma)
    initialBeta = try container.decodeIfPresent(Double.self, forKey: .initialBeta)
    ghostBatchSize = try container.decodeIfPresent(Int.self, forKey: .ghostBatchSize)
    holdStatistics = try container.decodeIfPresent(Bool.self, forKey: .holdStatistics)
    dropout = try container.decodeIfPresent(Double.self, forKey: .dropout)
  }

  package func encode(to encoder: any Encoder) throws {
    if let units, self == LayerConfiguration(units: units) {
      var container = encoder.singleValueContainer()
      return try container.encode(units)
    }
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(units, forKey: .units)
    try container.encodeIfPresent(channels, forKey: .channels)
    try container.encodeIfPresent(stride, forKey: .stride)
    try container.encodeIfPresent(pooling, forKey: .pooling)
    try container.encodeIfPresent(poolingSize, forKey: .poolingSize)
    try container.encodeIfPresent(activation, forKey: .activation)
    try container.encodeIfPresent(norm, forKey: .norm)
    try container.encodeIfPresent(placement, forKey: .placement)
    try container.encodeIfPresent(bias, forKey: .bias)
    try container.encodeIfPresent(initialGamma, forKey: .initialGamma)
    try container.encodeIfPresent(initialBeta, forKey: .initialBeta)
    try container.encodeIfPresent(ghostBatchSize, forKey: .ghostBatchSize)
    try container.encodeIfPresent(holdStatistics, forKey: .holdStatistics)
    try container.encodeIfPresent(dropout, forKey: .dropout)
  }
}
