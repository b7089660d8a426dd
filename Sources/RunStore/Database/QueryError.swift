import SQLite

/// A question in SQL that has no answer, in one sentence that says why and what to do.
package struct QueryError: Error, Sendable, CustomStringConvertible {
  /// The sentence.
  package let description: String

  init(_ description: String) {
    // The words of a query come back in SQLite's messages.
    self.description = String(
      String.UnicodeScalarView(
        description.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
  }

  /// Says that a query, or the writing of its answer, took longer than it may.
  package static func stopped(after timeLimit: Duration) -> QueryError {
    QueryError(
      "The query was stopped after \(timeLimit / .seconds(1)) s; ask for less, or raise --time-limit."
    )
  }

  /// Says what an SQLite error means for whoever wrote the query; nil where it is not the query's fault.
  init?(_ error: SQLiteError, timeLimit: Duration) {
    switch error.code {
    case .interrupted: self = .stopped(after: timeLimit)
    case .authorization, .readOnly:
      self.init(
        "The SQL does more than read (\(error.message)); ask with SELECT, or with a PRAGMA that only tells."
      )
    case .error where error.message.hasPrefix("no such "):
      self.init(
        "The SQL can't be run: \(error.message); normscope db export-schema prints the tables.")
    case .error, .tooBig, .mismatch, .misuse, .outOfRange, .constraint:
      self.init("The SQL can't be run: \(error.message).")
    default: return nil
    }
  }
}
