public import RunModel
public import Statistics

/// A question about how the distributions in a run moved, answered from histograms.
public struct HistogramShiftQuery: Sendable {
  /// The layer, nil for all that have histograms.
  public var layer: Int?
  /// The tensor.
  public var tap = Site.Tap.preactivation
  /// The examples; nil for the probe where the run has one, else the training batch.
  public var population: Site.Population?
  /// What batch norm normalized with; nil for the batch's own.
  public var statistics: Site.Statistics?
  /// What is compared with.
  public var reference = ReferencePoint.start
  /// How far: one value of each at every step.
  public var measures = HistogramMeasure.allCases
  /// How the units of a layer are summed up.
  public var aggregate = UnitAggregate.median
  /// At most so many steps, evenly spread, the first and the last among them; nil for every recorded one.
  public var points: Int?

  /// Asks for the preactivation of every layer since the start.
  public init() {}
}
