public import Statistics

/// The shift of the distribution at one layer over a run, from histograms.
public struct HistogramShiftSeries: Sendable {
  /// The shift at one step.
  public struct Point: Sendable, Equatable {
    /// The step.
    public let step: Int
    /// The step of the reference.
    public let referenceStep: Int
    /// The largest number of values in a unit's histogram.
    public let count: Int
    /// The value of each measure of the series; nil where it is undefined for every unit.
    public let values: [Double?]
    /// The number of units with an empty histogram, which the values exclude.
    public let excludedUnits: Int
  }

  /// The layer, from 1.
  public let layer: Int
  /// The coordinates of the figures.
  public let coordinates: ShiftCoordinates
  /// The number of units in the tensor.
  public let width: Int
  /// The number of bins, those below and above the edges not counted.
  public let bins: Int
  /// The measures of the values, in order.
  public let measures: [HistogramMeasure]
  /// The summary of the units.
  public let aggregate: UnitAggregate
  /// The shifts, by step; the first step has no `previous` and is left out there.
  public let points: [Point]
  /// The number of steps that have histograms, from which `points` may be a selection.
  public let recordedCount: Int
}
