/// One finding of a check of a database, in one sentence.
public struct CheckFinding: Sendable, Equatable {
  /// The severity of a finding.
  public enum Severity: String, Sendable {
    /// The database holds what recording never writes.
    case fault
    /// Possibly correct, and worth a look.
    case note
  }

  /// The severity of a finding.
  public let severity: Severity
  /// The rule that the database breaks, such as "vector-width".
  public let rule: String
  /// The id of the run; nil for the file as a whole.
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
