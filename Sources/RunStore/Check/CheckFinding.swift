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
}

/// Hands out findings about one run, or about the file as a whole.
struct CheckReporter {
  /// The run by its id, nil for the file as a whole.
  var run: String?
  /// What every message begins with, such as "Layer 2, step 7".
  var place = ""
  let found: (CheckFinding) throws -> Void

  func fault(_ rule: String, _ message: String) throws { try report(.fault, rule, message) }

  func note(_ rule: String, _ message: String) throws { try report(.note, rule, message) }

  private func report(_ severity: CheckFinding.Severity, _ rule: String, _ message: String) throws {
    try found(
      CheckFinding(
        severity: severity, rule: rule, run: run,
        message: place.isEmpty ? message : "\(place): \(message)"))
  }

  /// A reporter of what is found at a place of this one's.
  func at(_ place: String) -> CheckReporter {
    CheckReporter(
      run: run, place: self.place.isEmpty ? place : "\(self.place), \(place)", found: found)
  }
}
