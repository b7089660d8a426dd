/// A value that fields of runs are compared with.
package struct FilterLiteral: Sendable, Equatable {
  /// The text.
  package let text: String
  /// The text as a number; nil where it is not one.
  package let number: Double?
  /// The text as a time; nil where it is not one.
  package let time: FilterTime?

  /// Reads a value at the time `now`, microseconds since 1970.
  package init(_ text: String, now: Int) {
    self.text = text
    number = Double(text)
    time = FilterTime(text, now: now)
  }
}
