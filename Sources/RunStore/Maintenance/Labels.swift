public import RunModel
import SQLite

extension RunDatabase {
  /// Renames a run.
  ///
  /// - Throws: `StoreError`, of kind `misuse` where the name is reserved.
  public func rename(_ run: Run, to name: String) throws {
    guard !RunDatabase.isRefusedRunName(name) else {
      throw StoreError(.misuse, "A run cannot be named \"\(name)\"; use another name.")
    }
    try write {
      try connection.run(
        "UPDATE run SET name = ? WHERE id = ? AND uuid = ?",
        [.text(name), .integer(run.id), .text(run.uuid)])
    }
  }

  /// Replaces the note of a run; nil removes it.
  ///
  /// - Throws: `StoreError`.
  public func setNote(of run: Run, to note: String?) throws {
    try write {
      try connection.run(
        "UPDATE run SET note = ? WHERE id = ? AND uuid = ?",
        [.text(optional: note), .integer(run.id), .text(run.uuid)])
    }
  }

  /// Sets tags of a run, and removes those whose value is nil: all of them, or none.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - changes: the new values by key.
  ///   - waiting: the patience for a lock that another program holds.
  /// - Throws: `StoreError`.
  public func setTags(
    of run: Run, to changes: [String: String?], waiting: LockWaiting = LockWaiting()
  ) throws {
    try write(waiting) {
      try requireThere(run)
      for (key, value) in changes {
        if let value {
          try connection.run(
            """
            INSERT INTO tag (run, key, value) VALUES (?, ?, ?)
            ON CONFLICT (run, key) DO UPDATE SET value = excluded.value
            """,
            [.integer(run.id), .text(key), .text(value)])
        } else {
          try connection.run(
            "DELETE FROM tag WHERE run = ? AND key = ?", [.integer(run.id), .text(key)])
        }
      }
    }
  }
}
