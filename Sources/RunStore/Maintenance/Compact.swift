import SQLite

extension RunDatabase {
  /// Gives the room of what was deleted back to the disk, by writing the file anew.
  ///
  /// - Returns: the bytes of the file and its log, before and after.
  /// - Throws: `StoreError`, of kind `busy` where a process records into the database.
  public func compact() throws -> (before: Int, after: Int) {
    try attempt {
      if let process = try recordingProcesses().first {
        throw StoreError(
          .busy,
          "Process \(process) records into \(path); compact it when that has stopped.")
      }
      let before = storedBytes
      try connection.execute("VACUUM")
      // The new file stands in the log until this.
      try connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
      return (before, storedBytes)
    }
  }

  private var storedBytes: Int {
    RunDatabase.size(ofFileAt: path) + RunDatabase.size(ofFileAt: path + "-wal")
  }
}
