/// A filter or an order of runs that can't be understood: where, and what was expected there.
package struct RunFilterError: Error, Sendable, Equatable {
  /// The place of the first character that does not fit, from 1.
  package let column: Int
  /// What should stand there, such as "a value".
  package let expected: String
  /// What stands there, nil for the end of the text.
  package let found: String?
  /// The fields or words of which one was likely meant.
  package let candidates: [String]

  init(column: Int, expected: String, found: String?, candidates: [String] = []) {
    self.column = column
    self.expected = expected
    self.found = found
    self.candidates = candidates
  }
}
