public import Statistics

/// How the distribution at one layer moved over a run.
public struct ShiftSeries: Sendable {
  /// The shift at one step.
  public struct Point: Sendable, Equatable {
    /// The step.
    public let step: Int
    /// The step that it is compared with.
    public let referenceStep: Int
    /// For each measure of the series, its value, and how many units it is undefined for.
    public let summaries: ArraySlice<UnitSummary>
    /// The squared W2 in units of the variance that was measured with the noise, mean over units, next to its sampling
    /// floor; nil where it has none, or an unknown one.
    public let floored: FlooredShift?

    /// One value for each measure of the series; nil where it is undefined for every unit.
    public var values: [Double?] { summaries.map(\.value) }
    /// For each measure, how many units it is undefined for; they are not in the value.
    public var excludedUnits: [Int] { summaries.map(\.excluded) }
  }

  /// The layer, from 1.
  public let layer: Int
  /// What the figures are of.
  public let coordinates: ShiftCoordinates
  /// The number of units in the tensor.
  public let width: Int
  /// What is added to variances where a measure divides by one or takes its logarithm.
  public let epsilon: Double
  /// What the values are, in order.
  public let measures: [ShiftMeasure]
  /// How units are summed up.
  public let aggregate: UnitAggregate
  /// The shifts, by step; the first step has no `previous` and is left out there.
  public let points: ShiftPoints
  /// How many step numbers are pooled in each point, from its step on; 1 where points are of single steps.
  public let windowSteps: Int
  /// The number of steps recorded at the site, of which `points` may be a selection.
  public let recordedCount: Int
  /// The noise that sampling floors are made of; nil where there are none, or it was not measured.
  public let noise: NoiseSummary?

  /// The values of one measure over the steps, undefined ones left out.
  public func values(of measure: ShiftMeasure) -> [(step: Int, value: Double)] {
    guard let index = measures.firstIndex(of: measure) else { return [] }
    return points.compactMap { point in point.values[index].map { (point.step, $0) } }
  }
}
