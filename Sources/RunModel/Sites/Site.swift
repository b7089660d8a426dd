import Statistics

/// A tensor of a layer over one population and with one statistics mode, whose moments are recorded.
public struct Site: Sendable, Hashable {
  /// A tensor of a layer.
  public enum Tap: String, CaseIterable, Sendable, Codable {
    /// x, the input of the layer.
    case input
    /// z = xW + b, the input of a normalization before the activation.
    case preactivation
    /// The activation of z, the input of a normalization after the activation.
    case activation
    /// The output of the normalization; z itself in a layer without normalization.
    case normalized
  }

  /// A population of examples.
  public enum Population: String, CaseIterable, Sendable, Codable {
    /// The training batch of the step.
    case batch
    /// A fixed held-out set, passed through the weights of the step.
    case probe
  }

  /// The layer, from 1.
  public let layer: Int
  /// The tensor.
  public let tap: Tap
  /// The examples.
  public let population: Population
  /// The statistics mode of batch norm.
  public let statistics: StatisticsMode
  /// The number of features.
  public let width: Int
  /// The epsilon of the normalization that reads this tensor, whose moments then have gamma and beta; nil where none does.
  public let epsilon: Double?
  /// The layer's name in its network; nil where it has none but its number.
  public let layerName: String?
  /// The layer's kind in its framework, such as "BatchNorm2d", "dense" or "convolution"; nil where it is unknown.
  public let layerKind: String?
  /// The shape of one example of the tensor, such as [64, 56, 56], each at least 1; nil where it is unknown.
  public let shape: [Int]?
  /// The layer's activation, such as "sigmoid"; nil where it is unknown.
  public let activation: String?
  /// Whether the normalization that reads this tensor is batch norm with the statistics of the same rows, so that its
  /// output has the mean beta and the variance gamma² σ²/(σ²+ε); nil where no normalization reads it, or it is unknown.
  public let derivesNormalized: Bool?

  /// The epsilon of measures at this site: the epsilon of the normalization, else the usual one.
  package var measureEpsilon: Double { epsilon ?? ShiftReference.defaultEpsilon }

  /// Describes a site.
  public init(
    layer: Int, tap: Tap, population: Population, statistics: StatisticsMode, width: Int,
    epsilon: Double? = nil, layerName: String? = nil, layerKind: String? = nil,
    shape: [Int]? = nil, activation: String? = nil, derivesNormalized: Bool? = nil
  ) {
    self.layer = layer
    self.tap = tap
    self.population = population
    self.statistics = statistics
    self.width = width
    self.epsilon = epsilon
    self.layerName = layerName
    self.layerKind = layerKind
    self.shape = shape
    self.activation = activation
    self.derivesNormalized = derivesNormalized
  }

  /// Whether two sites are the same tensor, whatever is known of its layer: a file of an earlier version may know less.
  public static func == (a: Site, b: Site) -> Bool {
    a.layer == b.layer && a.tap == b.tap && a.population == b.population
      && a.statistics == b.statistics && a.width == b.width && a.epsilon == b.epsilon
  }

  /// Hashes the properties that `==` compares.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(layer)
    hasher.combine(tap)
    hasher.combine(population)
    hasher.combine(statistics)
    hasher.combine(width)
    hasher.combine(epsilon)
  }
}
