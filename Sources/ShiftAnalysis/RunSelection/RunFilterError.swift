/// A malformed filter or order of runs: the column, and what was expected there.
package struct RunFilterError: Error, Sendable, Equatable {
  /// The column of the first wrong character, from 1.
  package let column: Int
  /// The expected text, such as "a value".
  package let expected: String
  /// The text found there; nil at the end.
  package let found: String?
  /// The fields or words that the user may have meant.
  package let candidates: [String]

  init(column: Int, expected: String, found: String?, candidates: [String] = []) {
    self.column = column
    self.expected = expected
    self.found = found
    self.candidates = candidates
  }
}
