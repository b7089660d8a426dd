import RunModel
import SQLite

extension RunDatabase {
  /// Seals the moments that are stored plain, and returns the space that is free to the disk by rewriting the file.
  ///
  /// - Returns: the bytes of the file with its log before, and of the file after.
  /// - Throws: `StoreError`, of kind `busy` where a process records into the database.
  public func compact() throws -> (before: Int, after: Int) {
    try attempt {
      if let recorder = try recorders().first {
        throw StoreError(
          .busy, "A run in \(path) \(recorder); compact the database when that has stopped.")
      }
      let before =
        RunDatabase.size(ofFileAt: file.location) + RunDatabase.size(ofFileAt: file.logPath)
      try sealAll()
      try LockWaiting.brief.take(path: path) { try connection.execute("VACUUM") }
      // The new file is in the log until this; the log itself goes when the database is closed.
      try writer.copyLog()
      return (before, RunDatabase.size(ofFileAt: file.location))
    }
  }
}
