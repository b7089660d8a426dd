public import Statistics

/// The shift of the distribution at one layer over a run.
public struct ShiftSeries: Sendable {
  /// The layer, from 1.
  public let layer: Int
  /// The coordinates of the figures.
  public let coordinates: ShiftCoordinates
  /// The number of units in the tensor.
  public let width: Int
  /// The constant that measures add to variances that they divide by or take the logarithm of.
  public let epsilon: Double
  /// The standard deviation √(σ² + ε) of a unit in the reference, median over units: the unit of normalized measures; nil
  /// where each point has a reference of its own, or no unit is sound.
  public let referenceDeviation: Double?
  /// The measures of the values, in order.
  public let measures: [ShiftMeasure]
  /// The summary of the units.
  public let aggregate: UnitAggregate
  /// The unit, from 1, that the values are of; nil where they summarize all units.
  public let unit: Int?
  /// The shifts, by step; with the reference `previous`, the first step has none.
  public let points: ShiftPoints
  /// Whether each point pools steps.
  public let isPooled: Bool
  /// The number of step numbers pooled in each point, from its step on; 1 for single steps.
  public let windowSteps: Int
  /// The number of step numbers pooled in the reference `start`; 1 where it is a single step, or another reference.
  public let startSteps: Int
  /// The number of recorded steps at the site; `points` may be a selection of them.
  public let recordedCount: Int
  /// The noise behind the sampling floors; nil where there are none, or it was not measured.
  public let noise: NoiseSummary?

  /// The defined values of one measure, by step.
  public func values(of measure: ShiftMeasure) -> [(step: Int, value: Double)] {
    guard let index = measures.firstIndex(of: measure) else { return [] }
    return points.compactMap { point in point.values[index].map { (point.step, $0) } }
  }
}
