import FoundationEssentials
import RunModel
import SQLite

/// A check of one run's row: enumerated words, times and numbers.
struct RowCheck {
  let connection: Connection
  let run: Int
  let reporter: CheckReporter

  /// - Throws: `SQLiteError`, or what the reporter throws.
  func check() throws {
    for column in ["configuration", "provenance"] {
      let isObject = try connection.firstRow(
        // CASE, as AND looks at its right side even where the left one is false.
        """
        SELECT CASE WHEN json_valid(\(column)) THEN json_type(\(column)) = 'object' ELSE 0 END
        FROM run WHERE id = ?
        """,
        [.integer(run)]
      ) { $0.integer(0) == 1 }
      if isObject == false { try reporter.fault("json", "the \(column) is not a JSON object.") }
    }
    try connection.statement(
      """
      SELECT status, uuid, name, finished_at IS NULL, process_id, process_start, dropped_steps,
        elapsed_seconds, recording_seconds
      FROM run WHERE id = ?
      """
    ).forEachRow([.integer(run)]) { row in
      try checkWords(row)
      for (name, column) in [("process_id", 4), ("process_start", 5), ("dropped_steps", 6)]
      where !(0...Row.largestCount).contains(row.integer(column)) {
        try reporter.fault("count", "\(name) is \(row.integer(column)), which is impossible.")
      }
      for (name, column) in [("elapsed_seconds", 7), ("recording_seconds", 8)]
      where !(row.real(column) >= 0 && row.real(column).isFinite) {
        try reporter.fault("time", "\(name) is \(row.real(column)), which is impossible.")
      }
    }
    for column in ["started_at", "heartbeat_at", "finished_at", "deleted_at"] {
      let isTime = try connection.firstRow(
        "SELECT \(column) IS NULL OR \(RowCheck.isTime(column)) FROM run WHERE id = ?",
        [.integer(run)]
      ) { $0.integer(0) == 1 }
      if isTime == false { try reporter.fault("time", "\(column) is not a time in UTC.") }
    }
  }

  private func checkWords(_ row: borrowing Row) throws {
    let status = Run.Status(rawValue: row.text(0))
    if status == nil || status == .interrupted {
      try reporter.fault("word", "the status \"\(row.text(0))\" is unknown.")
    }
    if status == .finished && row.integer(3) == 1 {
      try reporter.fault("time", "it is finished, and finished_at is missing.")
    }
    if UUID(uuidString: row.text(1)) == nil || row.text(1) != row.text(1).lowercased() {
      try reporter.fault("word", "its id is not a UUID in lower case.")
    }
    if RunDatabase.isReservedRunName(row.text(2)) {
      try reporter.fault("word", "its name \"\(row.text(2))\" is reserved.")
    }
  }

  /// An SQL expression: 1 if `column` is a time such as 2026-01-31T12:00:00.000Z, else 0 or NULL.
  static func isTime(_ column: String) -> String {
    "(\(column) LIKE '____-__-__T__:__:__%Z' AND julianday(\(column)) IS NOT NULL)"
  }
}
