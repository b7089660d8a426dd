/// A configuration that no run can be made of, in one sentence that names the value and what to use.
package struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The sentence.
  package let description: String

  /// Makes the error.
  package init(_ description: String) {
    self.description = description
  }
}
