import CSQLite

extension Connection {
  /// Copies the database over the one of `destination`, which nobody else may use meanwhile.
  ///
  /// The copy is one state of the database: the pages are read in one go, while others may write in WAL mode.
  /// Source: https://sqlite.org/backup.html.
  /// - Throws: `SQLiteError`; then the destination is not to be used.
  package func copyAll(to destination: Connection) throws(SQLiteError) {
    guard
      let backup = unsafe sqlite3_backup_init(destination.handle, "main", handle, "main")
    else {
      let code = unsafe sqlite3_errcode(destination.handle)
      throw unsafe SQLiteError(code: code, connection: destination.handle)
    }
    let code = unsafe sqlite3_backup_step(backup, -1)
    unsafe sqlite3_backup_finish(backup)
    guard code == SQLITE_DONE else {
      throw SQLiteError(code: ResultCode(rawValue: code), message: ResultCode.message(code))
    }
  }
}

extension ResultCode {
  fileprivate static func message(_ code: Int32) -> String {
    unsafe String(cString: sqlite3_errstr(code))
  }
}
