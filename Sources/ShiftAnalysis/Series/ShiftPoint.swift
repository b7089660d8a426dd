public import Statistics

/// The shift at one step.
public struct ShiftPoint: Sendable, Equatable {
  /// The step.
  public let step: Int
  /// The step of the reference.
  public let referenceStep: Int
  /// The value of each measure of the series, and the number of units for which it is undefined.
  public let summaries: ArraySlice<UnitSummary>
  /// The squared W2 in units of the variance that was measured with the noise, mean over units, beside its sampling floor;
  /// nil where it has none, or an unknown one.
  public let floored: FlooredShift?

  /// The value of each measure of the series; nil where it is undefined for every unit.
  public var values: [Double?] { summaries.map(\.value) }
  /// The number of units for which each measure is undefined; its value excludes them.
  public var excludedUnits: [Int] { summaries.map(\.excluded) }
}
