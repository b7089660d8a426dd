/// A question about shift that a run holds no answer to, in one sentence that says what it holds.
public struct ShiftError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The sentence.
  public let description: String

  init(_ description: String) {
    self.description = description
  }
}
