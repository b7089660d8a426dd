import CSQLite

extension Connection {
  /// Adds an SQL function of integers, NULL as 0, whose result is a vector, or NULL where it is nil.
  ///
  /// The function may read from this connection, which it must not retain.
  /// - Parameters:
  ///   - name: the name in SQL; a function that has it is replaced.
  ///   - count: the number of arguments.
  ///   - body: the function; what it throws ends the query that calls it, an `SQLiteError` with its code.
  /// - Throws: `SQLiteError`.
  package func addFunction(
    _ name: String, arguments count: Int, _ body: @escaping ([Int]) throws -> [Float]?
  ) throws(SQLiteError) {
    let code = unsafe sqlite3_create_function_v2(
      handle, name, Int32(count), SQLITE_UTF8,
      Unmanaged.passRetained(VectorFunction(body)).toOpaque(),
      { context, count, values in
        guard let userData = unsafe sqlite3_user_data(context) else { return }
        let function = unsafe Unmanaged<VectorFunction>.fromOpaque(userData).takeUnretainedValue()
        let arguments = (0..<Int(count)).map { unsafe Int(sqlite3_value_int64(values?[$0])) }
        do {
          guard let vector = try function.body(arguments) else {
            return unsafe sqlite3_result_null(context)
          }
          unsafe vector.withUnsafeBytes { bytes in
            unsafe sqlite3_result_blob64(
              context, bytes.baseAddress, UInt64(bytes.count), normscope_sqlite_transient())
          }
        } catch let error as SQLiteError {
          unsafe sqlite3_result_error(context, error.message, -1)
          unsafe sqlite3_result_error_code(context, error.code.rawValue)
        } catch {
          unsafe sqlite3_result_error(context, "\(error)", -1)
        }
      }, nil, nil,
      { userData in
        guard let userData = unsafe userData else { return }
        unsafe Unmanaged<VectorFunction>.fromOpaque(userData).release()
      })
    try unsafe SQLiteError.check(code, connection: handle)
  }
}

private final class VectorFunction {
  let body: ([Int]) throws -> [Float]?
  init(_ body: @escaping ([Int]) throws -> [Float]?) { self.body = body }
}
