import CSQLite

/// A row of a query's answer, borrowed from its statement: valid only inside the call it is handed to.
@safe
package struct Row: ~Copyable {
  let handle: OpaquePointer
  let sql: String

  init(handle: OpaquePointer, sql: String) {
    unsafe self.handle = handle
    self.sql = sql
  }

  /// Whether column `column` (from 0) is NULL.
  package func isNull(_ column: Int) -> Bool {
    unsafe sqlite3_column_type(handle, Int32(column)) == SQLITE_NULL
  }

  /// Whether column `column` (from 0) is text.
  package func isText(_ column: Int) -> Bool {
    unsafe sqlite3_column_type(handle, Int32(column)) == SQLITE_TEXT
  }

  /// The integer in `column`, 0 where it is NULL.
  package func integer(_ column: Int) -> Int {
    Int(unsafe sqlite3_column_int64(handle, Int32(column)))
  }

  /// The integer in `column`, nil where it is NULL.
  package func optionalInteger(_ column: Int) -> Int? { isNull(column) ? nil : integer(column) }

  /// The largest number that is accepted as a count: sums of millions of them do not overflow.
  package static let largestCount = 1 << 40

  /// The integer in `column`, which counts something.
  ///
  /// - Throws: `SQLiteError` with code `corrupt` where it is not between 0 and 2^40.
  package func count(_ column: Int) throws(SQLiteError) -> Int {
    let value = integer(column)
    guard 0...Row.largestCount ~= value else {
      throw SQLiteError(
        code: .corrupt, message: "a count is \(value) instead of at most 2^40", sql: sql)
    }
    return value
  }

  /// The real number in `column`, NaN where it is NULL: SQLite stores NaN so.
  package func real(_ column: Int) -> Double {
    isNull(column) ? .nan : unsafe sqlite3_column_double(handle, Int32(column))
  }

  /// The real number in `column`; where that is NULL, NaN if the integer in the column `mark` is 1, else nil.
  package func real(_ column: Int, nanWhere mark: Int) -> Double? {
    guard isNull(column) else { return real(column) }
    return integer(mark) == 1 ? .nan : nil
  }

  /// The real number in `column`, nil where it is NULL.
  package func optionalReal(_ column: Int) -> Double? { isNull(column) ? nil : real(column) }

  /// The text in `column`, empty where it is NULL; malformed UTF-8 is repaired.
  package func text(_ column: Int) -> String {
    guard let text = unsafe sqlite3_column_text(handle, Int32(column)) else { return "" }
    let count = unsafe Int(sqlite3_column_bytes(handle, Int32(column)))
    return unsafe String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self)
  }

  /// The text in `column`, nil where it is NULL.
  package func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }

  /// The bytes of the BLOB in `column`, none where it is NULL.
  package func bytes(_ column: Int) -> [UInt8] {
    guard let source = unsafe sqlite3_column_blob(handle, Int32(column)) else { return [] }
    let count = unsafe Int(sqlite3_column_bytes(handle, Int32(column)))
    return unsafe Array(UnsafeRawBufferPointer(start: source, count: count))
  }

  /// Lends the bytes of the BLOB in `column` to `body`, none where it is NULL.
  package func withBytes<Value>(_ column: Int, _ body: (Span<UInt8>) -> Value) -> Value {
    let source = unsafe sqlite3_column_blob(handle, Int32(column))
    let count = unsafe source == nil ? 0 : byteCount(column)
    return unsafe UnsafeRawBufferPointer(start: source, count: count).withMemoryRebound(
      to: UInt8.self
    ) { unsafe body($0.span) }
  }

  /// The length in bytes of the BLOB or text in `column`, 0 where it is NULL.
  package func byteCount(_ column: Int) -> Int {
    unsafe Int(sqlite3_column_bytes(handle, Int32(column)))
  }

  /// The value in `column`, to bind it elsewhere.
  package func binding(_ column: Int) -> Binding {
    switch unsafe sqlite3_column_type(handle, Int32(column)) {
    case SQLITE_INTEGER: .integer(unsafe sqlite3_column_int64(handle, Int32(column)))
    case SQLITE_FLOAT: .real(unsafe sqlite3_column_double(handle, Int32(column)))
    case SQLITE_TEXT: .text(text(column))
    case SQLITE_BLOB: .bytes(bytes(column))
    default: .null
    }
  }

  /// Copies the float32 vector in `column` into `vector`; its length must be `count`.
  ///
  /// - Throws: `SQLiteError` with code `corrupt` if the BLOB has another length; no memory is taken for it then.
  package func floats(
    _ column: Int, count: Int, into vector: inout [Float]
  ) throws(SQLiteError) {
    let bytes = byteCount(column)
    guard bytes == count * MemoryLayout<Float>.stride else {
      throw SQLiteError(
        code: .corrupt,
        message: "a vector is \(bytes) bytes long instead of \(count) float32 numbers",
        sql: sql)
    }
    if vector.count != count { vector = Array(repeating: 0, count: count) }
    guard let source = unsafe sqlite3_column_blob(handle, Int32(column)) else { return }
    unsafe vector.withUnsafeMutableBytes { destination in
      unsafe destination.copyMemory(from: UnsafeRawBufferPointer(start: source, count: bytes))
    }
  }

  /// The float32 vector in `column`; its length must be `count`.
  ///
  /// - Throws: `SQLiteError` with code `corrupt` if the BLOB has another length.
  package func floats(_ column: Int, count: Int) throws(SQLiteError) -> [Float] {
    var vector: [Float] = []
    try floats(column, count: count, into: &vector)
    return vector
  }
}
