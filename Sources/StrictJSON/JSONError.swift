/// A fault of a JSON text or of a value in it, in one sentence that names the text, the place and what is wanted.
package struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The sentence.
  package let description: String
}
