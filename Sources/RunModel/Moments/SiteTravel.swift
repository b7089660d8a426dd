/// How far the distribution at a site went from its first to its last record, median over units.
public struct SiteTravel: Sendable, Equatable {
  /// The steps of the first and the last record; nil without records.
  public let steps: ClosedRange<Int>?
  /// The least and the greatest number of steps between records; nil for fewer than two records.
  public let spacing: ClosedRange<Int>?
  /// The sum of the W2 between successive records; nil for fewer than two records, or where no unit has one.
  public let pathLength: Double?
  /// The normalized W2 from the first record to the last; nil where no unit has one.
  public let normalized: Double?

  /// The path length per step from the first record to the last; nil for fewer than two records.
  public var pathLengthPerStep: Double? {
    guard let pathLength, let steps, steps.lowerBound < steps.upperBound else { return nil }
    return pathLength / Double(steps.upperBound - steps.lowerBound)
  }

  package init(
    steps: ClosedRange<Int>?, spacing: ClosedRange<Int>?, pathLength: Double?, normalized: Double?
  ) {
    self.steps = steps
    self.spacing = spacing
    self.pathLength = pathLength
    self.normalized = normalized
  }
}
