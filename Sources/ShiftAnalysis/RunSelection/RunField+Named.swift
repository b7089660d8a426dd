package import RunModel

extension RunField {
  /// The field named `name`, which begins at `column` of what a user wrote.
  ///
  /// - Throws: `RunFilterError`.
  package init(named name: String, at column: Int) throws(RunFilterError) {
    guard let field = RunField(name) else {
      throw RunFilterError(
        column: column, expected: "a field", found: name.isEmpty ? nil : name,
        candidates: RunField.candidates(for: name))
    }
    self = field
  }
}
