/// A tensor of a layer, under one population and one way of evaluating batch norm: where moments are taken.
public struct Site: Sendable, Hashable {
  /// Which tensor of a layer.
  public enum Tap: String, CaseIterable, Sendable, Codable {
    /// x, what enters the layer.
    case input
    /// z = xW + b, what batch norm reads when it stands before the activation.
    case preactivation
    /// The activation of z, what batch norm reads when it stands after the activation.
    case activation
    /// What batch norm hands on; z itself in a layer without normalization.
    case normalized
  }

  /// Which examples the moments are taken over.
  public enum Population: String, CaseIterable, Sendable, Codable {
    /// The training batch of the step.
    case batch
    /// A fixed held-out set, pushed through the weights of the step.
    case probe
  }

  /// Which statistics batch norm normalized with.
  public enum Statistics: String, CaseIterable, Sendable, Codable {
    /// Those of the examples themselves.
    case batch
    /// The running mean and variance of training, an estimate of the population's.
    case running
    /// Those of a pass over training examples with fixed weights, merged by the law of total variance.
    case precise
    /// Those of the same pass, but the variance is m/(m-1) times the mean variance of its batches of m examples
    /// (Ioffe and Szegedy 2015, Algorithm 2).
    case ioffe
    /// The network has no batch norm.
    case none
  }

  /// The layer, from 1.
  public let layer: Int
  /// The tensor.
  public let tap: Tap
  /// The examples.
  public let population: Population
  /// What batch norm normalized with.
  public let statistics: Statistics
  /// The number of features.
  public let width: Int
  /// Batch norm's epsilon where it reads this tensor; there a moment carries gamma and beta.
  public let epsilon: Double?
  /// The layer's name in its network; nil where it has none but its number.
  public let layerName: String?
  /// The layer's activation, such as "sigmoid"; nil where it is unknown.
  public let activation: String?
  /// Whether the normalization that reads this tensor is batch norm with the statistics of the same rows, so that its
  /// output has the mean beta and the variance gamma² σ²/(σ²+ε); nil where no normalization reads it, or it is unknown.
  public let derivesNormalized: Bool?

  /// Describes a site.
  public init(
    layer: Int, tap: Tap, population: Population, statistics: Statistics, width: Int,
    epsilon: Double? = nil, layerName: String? = nil, activation: String? = nil,
    derivesNormalized: Bool? = nil
  ) {
    self.layer = layer
    self.tap = tap
    self.population = population
    self.statistics = statistics
    self.width = width
    self.epsilon = epsilon
    self.layerName = layerName
    self.activation = activation
    self.derivesNormalized = derivesNormalized
  }

  /// Whether two sites are the same tensor, whatever is known of its layer: a file of an earlier version may know less.
  public static func == (a: Site, b: Site) -> Bool {
    a.layer == b.layer && a.tap == b.tap && a.population == b.population
      && a.statistics == b.statistics && a.width == b.width && a.epsilon == b.epsilon
  }

  /// Hashes what tells the tensor from others.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(layer)
    hasher.combine(tap)
    hasher.combine(population)
    hasher.combine(statistics)
    hasher.combine(width)
    hasher.combine(epsilon)
  }
}
