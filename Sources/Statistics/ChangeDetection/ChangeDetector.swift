/// A detector of changes in a series of numbers.
public protocol ChangeDetector: Sendable {
  /// Adds the next number, and returns whether the series has changed.
  ///
  /// A number that is not finite is skipped. After a change the detector restarts.
  mutating func hasChanged(with value: Double) -> Bool
}
