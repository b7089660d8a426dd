/// A fault of the bytes of a safetensors file, in one sentence without the file's name.
package struct SafetensorsError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The sentence.
  package let description: String

  init(_ description: String) {
    self.description = description
  }
}
