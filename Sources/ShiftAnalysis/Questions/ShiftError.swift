/// A question about shift that a run holds no answer to, in one sentence that says what it holds.
public struct ShiftError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The sentence.
  public let description: String
  /// Whether the question itself can't be understood, whatever the run holds.
  public let isMisuse: Bool

  init(isMisuse: Bool = false, _ description: String) {
    self.isMisuse = isMisuse
    self.description = description
  }
}
