/// One number for all units of a tensor, and the number of units that were left out.
public struct UnitSummary: Sendable, Equatable {
  /// The aggregate over the units for which the measure is defined; nil if there are none.
  public let value: Double?
  /// The number of units for which the measure is undefined.
  public let excluded: Int
}
