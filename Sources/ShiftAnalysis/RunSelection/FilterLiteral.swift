/// A value that fields of runs are compared with.
struct FilterLiteral: Sendable, Equatable {
  /// The text.
  let text: String
  /// The text as a number; nil where it is not one.
  let number: Double?
  /// The text as a time; nil where it is not one.
  let time: FilterTime?

  /// Reads a value at the time `now`, microseconds since 1970.
  init(_ text: String, now: Int) {
    self.text = text
    number = Double(text)
    time = FilterTime(text, now: now)
  }
}
