/// What is wrong with the bytes of a safetensors file, in one sentence that leaves the file's name to the caller.
package struct SafetensorsError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The sentence.
  package let description: String

  init(_ description: String) {
    self.description = description
  }
}
