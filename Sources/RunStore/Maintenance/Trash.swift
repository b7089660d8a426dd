import SQLite

extension RunDatabase {
  /// Puts runs into the trash, where nothing but `restore` and `purge` finds them: all of them, or none.
  ///
  /// - Throws: `StoreError`, of kind `busy` where a process records one of them.
  public func delete(_ runs: [Run]) throws {
    try attempt {
      try connection.transaction {
        for run in runs {
          try requireUnrecorded(run, to: "delete it")
          try connection.run(
            """
            UPDATE run SET deleted_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
            WHERE id = ? AND uuid = ? AND deleted_at IS NULL
            """,
            [.integer(run.id), .text(run.uuid)])
        }
      }
    }
  }

  /// Takes runs out of the trash: all of them, or none.
  ///
  /// - Throws: `StoreError`.
  public func restore(_ runs: [Run]) throws {
    try attempt {
      try connection.transaction {
        for run in runs {
          try connection.run(
            "UPDATE run SET deleted_at = NULL WHERE id = ? AND uuid = ?",
            [.integer(run.id), .text(run.uuid)])
        }
      }
    }
  }

  /// Deletes a run in the trash for good, with all that it recorded; a run that is no longer there is left alone.
  ///
  /// The file keeps its size: the room is used again, or given back by `compact`.
  /// - Throws: `StoreError`.
  public func purge(_ run: Run) throws {
    try attempt {
      try connection.transaction {
        try connection.run(
          "DELETE FROM run WHERE id = ? AND uuid = ? AND deleted_at IS NOT NULL",
          [.integer(run.id), .text(run.uuid)])
      }
    }
  }
}
