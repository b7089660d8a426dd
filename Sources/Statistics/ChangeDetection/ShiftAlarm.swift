/// An alarm for one tensor, raised when its distribution begins to move differently than before.
public struct ShiftAlarm: Sendable {
  private var shift: TrailingShift
  private var detector: any ChangeDetector

  /// Makes an alarm for records of `units` units; `detector` reads their shifts from the window before each.
  ///
  /// - Precondition: `epsilon` is finite and not negative.
  public init(
    units: Int, epsilon: Double, detector: any ChangeDetector = StandardizedCUSUM()
  ) {
    shift = TrailingShift(units: units, epsilon: epsilon)
    self.detector = detector
  }

  /// Adds the next record, [units] each.
  ///
  /// - Returns: the shift of the record where it raises an alarm, otherwise nil.
  public mutating func alarm(mean: [Float], variance: [Float]) -> Double? {
    guard let value = shift.shift(mean: mean, variance: variance),
      detector.hasChanged(with: value)
    else { return nil }
    return value
  }
}
