import Safetensors

/// A file or a record that a run needs and that cannot be read, or holds something else, in one sentence.
package struct InputFileError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Whether it is missing; else it holds something else.
  package let isMissing: Bool
  /// The sentence.
  package let description: String

  /// Makes the error.
  package init(isMissing: Bool, description: String) {
    self.isMissing = isMissing
    self.description = description
  }
}

extension SafetensorsError {
  /// The fault, as a part of another sentence.
  package var sentenceEnd: String { description.asSentenceEnd }
}

extension String {
  /// The sentence without its capital and its full stop, as a part of another.
  var asSentenceEnd: String {
    let text = hasSuffix(".") ? dropLast() : self[...]
    return text.prefix(1).lowercased() + text.dropFirst()
  }
}
