/// Something that a check of a database found, in one sentence.
public struct CheckFinding: Sendable, Equatable {
  /// What it means for the database.
  public enum Severity: String, Sendable {
    /// The database is not what recording leaves behind.
    case fault
    /// It may well be right, and is worth a look.
    case note
  }

  /// What it means for the database.
  public let severity: Severity
  /// The rule that it was found by, such as "vector-width".
  public let rule: String
  /// The run that it belongs to, by its id; nil for the file as a whole.
  public let run: String?
  /// The sentence.
  public let message: String

  package init(severity: Severity, rule: String, run: String?, message: String) {
    self.severity = severity
    self.rule = rule
    self.run = run
    self.message = message
  }
}
