import StrictJSON

/// A fault of a stream of messages, in one sentence that names the message and the key.
package struct StreamError: Error, Sendable, CustomStringConvertible {
  /// The kind of a fault.
  package enum Kind: Sendable {
    /// A message is wrong.
    case badMessage
    /// The stream ended too early: in a message, or before the message that ends the run.
    case cut
  }

  /// The kind.
  package let kind: Kind
  /// The sentence.
  package let description: String

  /// The stream ended too early.
  init(cut sentence: String) {
    kind = .cut
    description = sentence
  }

  /// The message that is called `place`, such as "line 12", is wrong.
  init(_ misfit: MisfitError, at place: String) {
    kind = .badMessage
    // A key is never written otherwise.
    description = misfit.sentence(
      about: misfit.isAboutWhole ? place.prefix(1).uppercased() + place.dropFirst() : place)
  }
}
