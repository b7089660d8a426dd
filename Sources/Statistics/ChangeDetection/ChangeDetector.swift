/// Watches a series of numbers and says where it changed.
public protocol ChangeDetector: Sendable {
  /// Takes the next number and says whether the series changed by now.
  ///
  /// A number that is not finite is passed over. After a change the detector starts anew.
  mutating func hasChanged(with value: Double) -> Bool
}
