/// One number for all units of a tensor, and how many units are not in it.
public struct UnitSummary: Sendable, Equatable {
  /// The aggregate over the units that the measure is defined for; nil if there are none.
  public let value: Double?
  /// The number of units left out because the measure is undefined for them.
  public let excluded: Int
}
