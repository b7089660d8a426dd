public import RunModel

/// A question about what the distributions in a run were like at each step.
public struct DistributionQuery: Sendable {
  /// The layer, nil for all.
  public var layer: Int?
  /// The tensor.
  public var tap = Site.Tap.preactivation
  /// The examples; nil for the probe where the run has one, else the training batch.
  public var population: Site.Population?
  /// What batch norm normalized with; nil for the batch's own.
  public var statistics: Site.Statistics?
  /// The unit, from 1; nil for the median of each figure over the units.
  public var unit: Int?
  /// At most so many steps, evenly spread, the first and the last among them; nil for every recorded one.
  public var points: Int?

  /// Asks for the preactivation of every layer, the median over units.
  public init() {}
}
