internal import CSQLiteExtension

/// One call of an SQL function, as SQLite sees it.
@safe
struct CallContext: ~Copyable {
  private let handle: OpaquePointer?

  init(_ handle: OpaquePointer?) {
    unsafe self.handle = handle
  }

  /// The object that the function was registered with.
  func userData<Object: AnyObject>(as type: Object.Type) -> Object? {
    guard let userData = unsafe normscope_user_data(handle) else { return nil }
    return unsafe Unmanaged<Object>.fromOpaque(userData).takeUnretainedValue()
  }

  /// Answers with what `body` returns, or with its error after the function's name.
  func answer(_ name: String, _ body: () throws(FunctionError) -> FunctionValue) {
    do throws(FunctionError) {
      answer(try body())
    } catch {
      fail(name, error)
    }
  }

  /// Ends the query with an error.
  func fail(_ name: String, _ error: FunctionError) {
    unsafe normscope_result_error(handle, "\(name): \(error.message)")
    if error.isDamage { unsafe normscope_result_error_corrupt(handle) }
  }

  /// Answers with a value.
  func answer(_ value: FunctionValue) {
    switch value {
    case .null: unsafe normscope_result_null(handle)
    case .integer(let value): unsafe normscope_result_int64(handle, Int64(value))
    case .real(let value): unsafe normscope_result_double(handle, value)
    case .floats(let values):
      unsafe values.withUnsafeBytes { bytes in
        unsafe normscope_result_blob(handle, bytes.baseAddress, UInt64(bytes.count))
      }
    }
  }

  // MARK: - Aggregates

  /// The object that is kept for this group of rows, made by `make` at its first row.
  ///
  /// SQLite calls the end of an aggregate for each group that memory was asked for, also where the query fails.
  /// - Returns: nil where no memory is left.
  func retained<Object: AnyObject>(_ make: () -> Object) -> Object? {
    guard let memory = unsafe aggregateMemory(byteCount: MemoryLayout<UnsafeMutableRawPointer>.size)
    else {
      unsafe normscope_result_error_nomem(handle)
      return nil
    }
    if let kept = unsafe memory.pointee {
      return unsafe Unmanaged<Object>.fromOpaque(kept).takeUnretainedValue()
    }
    let object = make()
    unsafe memory.pointee = Unmanaged.passRetained(object).toOpaque()
    return object
  }

  /// The object of this group of rows, which SQLite keeps no longer; nil where there was no row.
  func released<Object: AnyObject>(as type: Object.Type) -> Object? {
    guard let memory = unsafe aggregateMemory(byteCount: 0), let kept = unsafe memory.pointee else {
      return nil
    }
    unsafe memory.pointee = nil
    return unsafe Unmanaged<Object>.fromOpaque(kept).takeRetainedValue()
  }

  /// SQLite's memory for one address, nil before anything was put aside.
  private func aggregateMemory(byteCount: Int) -> UnsafeMutablePointer<UnsafeMutableRawPointer?>? {
    unsafe normscope_aggregate_context(handle, Int32(byteCount))?
      .assumingMemoryBound(to: UnsafeMutableRawPointer?.self)
  }
}
