/// The reason why an SQL function has no result: the end of a sentence that begins with the function's name.
package struct FunctionError: Error, Sendable {
  /// The fault, such as "argument 1 is text; it must be a vector".
  package let message: String
  /// Whether the file is damaged, and not the query wrong.
  package let isDamage: Bool

  /// Describes a fault.
  package init(_ message: String, isDamage: Bool = false) {
    self.message = message
    self.isDamage = isDamage
  }
}
