/// The rows of an answer, whose values are in PostgreSQL's binary form.
@safe
final class ServerRows {
  /// The number of rows.
  let count: Int
  /// The number of rows that the statement changed.
  let changedCount: Int
  private let library: LibPQ
  private let result: LibPQ.Result

  /// Takes a result over.
  init(_ result: LibPQ.Result, of library: LibPQ) {
    unsafe self.library = library
    unsafe self.result = result
    count = Int(unsafe library.rowCount(result))
    changedCount =
      unsafe library.commandTuples(result).flatMap { unsafe Int(String(cString: $0)) } ?? 0
  }

  deinit { unsafe library.clear(result) }

  /// Whether a value is NULL.
  func isNull(_ row: Int, _ column: Int) -> Bool {
    unsafe library.isNull(result, Int32(row), Int32(column)) != 0
  }

  /// Passes the bytes of a value to `body`.
  func withBytes<Value>(
    _ row: Int, _ column: Int, _ body: (UnsafeRawBufferPointer) throws -> Value
  ) rethrows -> Value {
    let length = unsafe library.length(result, Int32(row), Int32(column))
    let start = unsafe library.value(result, Int32(row), Int32(column))
    return try unsafe body(
      UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : Int(length)))
  }
}
