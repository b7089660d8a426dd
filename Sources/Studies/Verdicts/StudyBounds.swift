/// The bounds of a figure, at least one of them.
package struct StudyBounds: Sendable, Equatable {
  /// The least value; nil for none.
  package let atLeast: Double?
  /// The largest value; nil for none.
  package let atMost: Double?

  /// Whether `value` is within the bounds.
  package func contains(_ value: Double) -> Bool {
    (atLeast.map { value >= $0 } ?? true) && (atMost.map { value <= $0 } ?? true)
  }

  /// Whether no value of `range` is within the bounds.
  func excludes(_ range: ClosedRange<Double>) -> Bool {
    (atLeast.map { range.upperBound < $0 } ?? false)
      || (atMost.map { range.lowerBound > $0 } ?? false)
  }
}
