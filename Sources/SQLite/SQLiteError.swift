import CSQLite

/// A failure of SQLite: what it was doing, and what it answered.
package struct SQLiteError: Error, Sendable, CustomStringConvertible {
  /// The extended result code.
  package let code: ResultCode
  /// SQLite's own message.
  package let message: String
  /// The statement that failed, without its bound values.
  package let sql: String?

  /// Makes an error from its parts.
  package init(code: ResultCode, message: String, sql: String? = nil) {
    self.code = code
    self.message = message
    self.sql = sql
  }

  package var description: String {
    // The first line identifies the statement; a whole script would bury the message.
    let statement = sql?.split(separator: "\n").first.map { " in: \($0)" } ?? ""
    return "SQLite error \(code.rawValue): \(message)\(statement)"
  }

  /// Throws unless `code` is `SQLITE_OK`.
  static func check(_ code: Int32, connection: OpaquePointer, sql: String? = nil)
    throws(SQLiteError)
  {
    guard code != SQLITE_OK else { return }
    throw unsafe SQLiteError(code: code, connection: connection, sql: sql)
  }

  /// The error of `code` in the words of the connection it happened on, if it got so far as to have one.
  init(code: Int32, connection: OpaquePointer?, sql: String? = nil) {
    let text =
      if let connection = unsafe connection {
        unsafe String(cString: sqlite3_errmsg(connection))
      } else {
        unsafe String(cString: sqlite3_errstr(code))
      }
    self.init(code: ResultCode(rawValue: code), message: text, sql: sql)
  }
}
