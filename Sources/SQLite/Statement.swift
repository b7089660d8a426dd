import CSQLite

/// A prepared statement of one connection.
@safe
package final class Statement {
  /// The SQL text that it was made from.
  package let sql: String
  private let handle: OpaquePointer
  private let connection: OpaquePointer
  /// Whether its rows are being read, so that it cannot be run again meanwhile.
  private(set) var isRunning = false

  init(_ sql: String, on connection: OpaquePointer) throws(SQLiteError) {
    var prepared: OpaquePointer?
    let code = unsafe sqlite3_prepare_v3(
      connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
    try unsafe SQLiteError.check(code, connection: connection, sql: sql)
    guard let prepared = unsafe prepared else {
      throw SQLiteError(
        code: ResultCode(rawValue: SQLITE_MISUSE), message: "the statement is empty", sql: sql)
    }
    unsafe handle = prepared
    self.sql = sql
    unsafe self.connection = connection
  }

  /// Prepares the only statement of `sql`; comments and semicolons around it are allowed.
  convenience init(only sql: String, on connection: OpaquePointer) throws(SQLiteError) {
    guard !sql.utf8.contains(0) else {
      throw SQLiteError(code: .misuse, message: "it contains a NUL", sql: sql)
    }
    try unsafe self.init(sql, on: connection)
    guard unsafe Statement.hasNothing(after: self, on: connection) else {
      throw SQLiteError(
        code: .misuse, message: "it has several statements; ask one at a time", sql: sql)
    }
  }

  /// Whether only spaces, comments and semicolons follow the statement in its text.
  private static func hasNothing(after statement: Statement, on connection: OpaquePointer) -> Bool {
    // SQLite's own copy of the text ends with the statement.
    let length = unsafe String(cString: sqlite3_sql(statement.handle)).utf8.count
    let rest = String(decoding: statement.sql.utf8.dropFirst(length), as: UTF8.self)
    var next: OpaquePointer?
    let code = unsafe sqlite3_prepare_v3(connection, rest, -1, 0, &next, nil)
    defer { unsafe sqlite3_finalize(next) }
    return unsafe code == SQLITE_OK && next == nil
  }

  deinit { unsafe sqlite3_finalize(handle) }

  /// The number of its parameters.
  package var parameterCount: Int { unsafe Int(sqlite3_bind_parameter_count(handle)) }

  /// Whether it changes no database file.
  package var isReadOnly: Bool { unsafe sqlite3_stmt_readonly(handle) != 0 }

  /// The names of the answer's columns, in order; none where it has no answer.
  package var columnNames: [String] {
    (0..<(unsafe sqlite3_column_count(handle))).map { column in
      unsafe sqlite3_column_name(handle, column).map { unsafe String(cString: $0) } ?? ""
    }
  }

  /// Runs the statement to its end, discarding rows.
  ///
  /// - Parameters:
  ///   - bindings: one value a parameter, in order.
  ///   - floats: the buffer that `Binding.floats` ranges refer to; it is read in place, not copied.
  /// - Throws: `SQLiteError`.
  package func run(_ bindings: [Binding], floats: Span<Float> = Span()) throws(SQLiteError) {
    let code = unsafe floats.withUnsafeBufferPointer { buffer -> Int32 in
      var code = unsafe bind(bindings, buffer)
      if code == SQLITE_OK {
        repeat { code = unsafe sqlite3_step(handle) } while code == SQLITE_ROW
      }
      return code
    }
    let failure = code == SQLITE_DONE ? nil : error(code)
    reset()
    if let failure { throw failure }
  }

  /// Runs the statement and calls `body` with each row, which is valid only during the call.
  ///
  /// - Throws: `SQLiteError`, or what `body` throws.
  @inline(never)
  package func forEachRow(_ bindings: [Binding] = [], _ body: (borrowing Row) throws -> Void) throws
  {
    // NB: never inlined, as the optimizer of Swift 6.3.1 crashes on putting this into `Connection.rows`.
    let code = unsafe bind(bindings, UnsafeBufferPointer(start: nil, count: 0))
    guard code == SQLITE_OK else { throw error(code) }
    isRunning = true
    defer {
      isRunning = false
      reset()
    }
    let row = unsafe Row(handle: handle, sql: sql)
    while true {
      switch unsafe sqlite3_step(handle) {
      case SQLITE_ROW: try body(row)
      case SQLITE_DONE: return
      case let code: throw error(code)
      }
    }
  }

  private func bind(_ bindings: [Binding], _ floats: UnsafeBufferPointer<Float>) -> Int32 {
    precondition(
      bindings.count == parameterCount,
      "The statement takes \(parameterCount) values, got \(bindings.count): \(sql)")
    for (offset, binding) in bindings.enumerated() {
      let index = Int32(offset + 1)
      let code: Int32 =
        switch binding {
        case .null: unsafe sqlite3_bind_null(handle, index)
        case .integer(let value): unsafe sqlite3_bind_int64(handle, index, value)
        case .real(let value): unsafe sqlite3_bind_double(handle, index, value)
        case .text(let value):
          // With its length, as a text may contain NUL, where a C string would end.
          unsafe sqlite3_bind_text64(
            handle, index, value, UInt64(value.utf8.count), normscope_sqlite_transient(),
            UInt8(SQLITE_UTF8))
        case .floats(let range): unsafe bindFloats(floats.extracting(range), index)
        case .bytes(let bytes):
          unsafe bytes.withUnsafeBytes { unsafe bind($0, index, normscope_sqlite_transient()) }
        }
      guard code == SQLITE_OK else { return code }
    }
    return SQLITE_OK
  }

  private func bindFloats(_ floats: UnsafeBufferPointer<Float>, _ index: Int32) -> Int32 {
    unsafe bind(UnsafeRawBufferPointer(floats), index, normscope_sqlite_static())
  }

  private func bind(
    _ bytes: UnsafeRawBufferPointer, _ index: Int32, _ lifetime: sqlite3_destructor_type?
  ) -> Int32 {
    // A BLOB without an address would be NULL.
    guard let start = bytes.baseAddress else {
      return unsafe sqlite3_bind_zeroblob(handle, index, 0)
    }
    return unsafe sqlite3_bind_blob64(handle, index, start, UInt64(bytes.count), lifetime)
  }

  private func reset() {
    // The outcome was read from step; reset repeats it.
    unsafe sqlite3_reset(handle)
    unsafe sqlite3_clear_bindings(handle)
  }

  private func error(_ code: Int32) -> SQLiteError {
    unsafe SQLiteError(code: code, connection: connection, sql: sql)
  }
}
