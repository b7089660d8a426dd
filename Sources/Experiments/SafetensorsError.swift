/// Bytes that are no safetensors file, or one with tensors that are not read here, as a part of a sentence that says why.
package struct SafetensorsError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong, such as "it ends before its header does".
  package let description: String

  /// Makes the error.
  init(_ description: String) {
    self.description = description
  }
}
