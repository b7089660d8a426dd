/// A field of a run by which lists are filtered and sorted.
package enum RunField: Sendable, Equatable {
  case name, status, id, note
  /// The times of the beginning and the end.
  case started, finished
  /// The number of recorded steps.
  case steps
  /// The loss and the accuracy on the batch of the last step.
  case loss, accuracy
  /// The accuracy on the test split at the last evaluation.
  case testAccuracy
  /// The accuracy on the split that represents the run at its last evaluation.
  case evaluatedAccuracy
  /// The split that represents the run.
  case evaluatedSplit
  case tag(String)
  /// The member of the configuration at a dotted path.
  case configuration(String)

  /// The kind of values of a field.
  package enum Kind: Sendable {
    case text, number, time
    /// Numbers or text.
    case any
  }

  private static let plain: [(name: String, field: RunField)] = [
    ("name", .name), ("status", .status), ("id", .id), ("started", .started),
    ("finished", .finished),
    ("note", .note), ("steps", .steps), ("loss", .loss), ("accuracy", .accuracy),
    ("test_accuracy", .testAccuracy), ("evaluated_accuracy", .evaluatedAccuracy),
    ("evaluated_split", .evaluatedSplit),
  ]

  /// The names of the fields; KEY is any key.
  package static let names = plain.map(\.name) + ["tag.KEY", "config.KEY"]

  /// The field named `name`; nil where there is none.
  package init?(_ name: String) {
    let parts = RunField.parts(of: name)
    switch (parts.first, parts.count > 1 ? parts[1] : "") {
    case (_, ""):
      guard let known = RunField.plain.first(where: { $0.name == name }) else { return nil }
      self = known.field
    case ("tag", let key): self = .tag(key)
    case ("config", let path): self = .configuration(path)
    default: return nil
    }
  }

  /// The names that a user who wrote `name` may have meant.
  package static func candidates(for name: String) -> [String] {
    let parts = parts(of: name)
    guard parts.count > 1, !parts[1].isEmpty else { return names }
    return plain.map(\.name) + ["tag.\(parts[1])", "config.\(parts[1])"]
  }

  private static func parts(of name: String) -> [String] {
    name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
  }

  /// The kind of its values.
  package var kind: Kind {
    switch self {
    case .name, .status, .id, .note, .evaluatedSplit: .text
    case .started, .finished: .time
    case .steps, .loss, .accuracy, .testAccuracy, .evaluatedAccuracy: .number
    case .tag, .configuration: .any
    }
  }
}
