import SQLite

/// The failure of a question in SQL, in one sentence.
package struct QueryError: Error, Sendable, CustomStringConvertible {
  /// The kind of a failure.
  package enum Kind: Sendable {
    /// It took longer than its time limit.
    case timeLimit
    /// Its answer has more rows than its row limit.
    case rowLimit
    /// It names a table, a column or a function that does not exist.
    case unknownName
    /// It cannot be run.
    case invalid
  }

  /// The kind of the failure.
  package let kind: Kind
  /// The sentence; after `timeLimit`, `rowLimit` and `unknownName` it is for a program to say what to do.
  package let description: String

  init(_ kind: Kind = .invalid, _ description: String) {
    self.kind = kind
    // The words of a query come back in SQLite's messages.
    self.description = String(
      String.UnicodeScalarView(
        description.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
  }

  /// The error of a query that took longer than it may, writing its answer included.
  package static func stopped(after timeLimit: Duration) -> QueryError {
    QueryError(.timeLimit, "The query was stopped after \(timeLimit / .seconds(1)) s.")
  }

  /// The meaning of an SQLite error for the author of the query; nil for an error that is not the query's fault.
  init?(_ error: SQLiteError, timeLimit: Duration) {
    switch error.code {
    case .interrupted: self = .stopped(after: timeLimit)
    case .authorization, .readOnly:
      self.init(
        .invalid,
        "The SQL does more than read (\(error.message)); ask with SELECT, or with a PRAGMA that changes nothing."
      )
    case .error where error.message.hasPrefix("no such "):
      self.init(.unknownName, "The SQL cannot be run: \(error.message).")
    case .error, .tooBig, .mismatch, .misuse, .outOfRange, .constraint:
      self.init(.invalid, "The SQL cannot be run: \(error.message).")
    default: return nil
    }
  }
}
