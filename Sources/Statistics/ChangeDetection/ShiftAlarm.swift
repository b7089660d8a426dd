/// Watches the records of one tensor and says when they begin to move otherwise than before.
public struct ShiftAlarm: Sendable {
  private var shift: TrailingShift
  private var detector: any ChangeDetector

  /// Watches records of `units` units by `detector`, which is given their shifts from the window before each.
  ///
  /// - Precondition: `epsilon` is finite and not negative.
  public init(
    units: Int, epsilon: Double, detector: any ChangeDetector = StandardizedCUSUM()
  ) {
    shift = TrailingShift(units: units, epsilon: epsilon)
    self.detector = detector
  }

  /// Takes the next record, [units] each.
  ///
  /// - Returns: its shift where it raises an alarm, else nil.
  public mutating func alarm(mean: [Float], variance: [Float]) -> Double? {
    guard let value = shift.shift(mean: mean, variance: variance),
      detector.hasChanged(with: value)
    else { return nil }
    return value
  }
}
