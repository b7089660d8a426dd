/// Why an SQL function has no answer: the end of a sentence that begins with the function's name.
package struct FunctionError: Error, Sendable {
  /// What is wrong, such as "argument 1 is text; it must be a vector".
  package let message: String

  /// Says what is wrong.
  package init(_ message: String) {
    self.message = message
  }
}
