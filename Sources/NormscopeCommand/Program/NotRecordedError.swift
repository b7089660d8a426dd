/// An error of a question about records that a run does not have, in one sentence.
struct NotRecordedError: Error, CustomStringConvertible {
  /// The sentence.
  let description: String
}
