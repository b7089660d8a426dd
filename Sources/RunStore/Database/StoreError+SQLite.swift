package import RunModel
package import SQLite

extension StoreError {
  /// The meaning of an SQLite error for the file at `path`.
  package init(_ error: SQLiteError, path: String) {
    switch error.code {
    // Many connections that open one file at once can keep one from its turn for seconds.
    case .busy, .locked, .lockProtocol:
      self.init(
        .busy,
        "The database \(path) is in use by another process; try again when that has finished.")
    case .full:
      self.init(
        .inputOutput,
        "The disk is full: \(path) could not be written; what was recorded before is intact.")
    case .ioError:
      self.init(
        .inputOutput,
        "Reading or writing \(path) failed (\(error.message)); check the disk it is on.")
    case .outOfMemory:
      self.init(
        .inputOutput,
        "Memory ran out while \(path) was read or written; what was recorded before is intact.")
    case .readOnly, .cannotOpen, .authorization:
      self.init(
        .cannotCreate,
        "The database \(path) cannot be opened or written (\(error.message)); "
          + "check that its folder exists and that you may write there.")
    case .notADatabase: self = .notOurs(path)
    // The statements are right for the schema of this version, so the file's must be another one.
    case .corrupt, .error, .tooBig:
      self.init(
        .badDatabase, "The database \(path) is damaged (\(error.message)); restore it from a copy.")
    // Rows of the file contradict each other, or the rows to be written.
    case .constraint, .mismatch:
      self.init(
        .badDatabase, "The database \(path) refused a row (\(error.message)).",
        remedy: .check(path: path))
    default:
      self.init(.misuse, "The database \(path) refused a statement: \(error).")
    }
  }

  /// The error of a file that another program made.
  static func notOurs(_ path: String) -> StoreError {
    StoreError(.badDatabase, "\(path) is not a Normscope database.", remedy: .nameDatabase)
  }
}
