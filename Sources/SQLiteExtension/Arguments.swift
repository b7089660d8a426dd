internal import CSQLiteExtension

/// The arguments of one call of an SQL function, borrowed from SQLite: valid only inside that call.
@safe
package struct Arguments: ~Copyable {
  /// The number of arguments.
  package let count: Int
  private let values: UnsafeMutablePointer<OpaquePointer?>?

  init(count: Int32, values: UnsafeMutablePointer<OpaquePointer?>?) {
    self.count = Int(count)
    unsafe self.values = values
  }

  /// The largest number of numbers in a vector, several times as many as any tensor has features: computations with
  /// them need memory, and a lack of it ends the program.
  package static let largestVector = 1 << 24

  /// The vector in argument `index` (from 0), nil where it is NULL.
  ///
  /// - Throws: `FunctionError` where it is not a BLOB of whole float32 numbers.
  package func floats(_ index: Int) throws(FunctionError) -> [Float]? {
    guard let bytes = try unsafe blob(index, wanted: "a vector, a BLOB of float32 numbers") else {
      return nil
    }
    let byteCount = bytes.count
    guard byteCount % MemoryLayout<Float>.stride == 0 else {
      throw FunctionError(
        "argument \(index + 1) is a BLOB of \(byteCount) bytes; a vector has 4 bytes for each number"
      )
    }
    guard byteCount > 0 else { return [] }
    guard byteCount <= Arguments.largestVector * MemoryLayout<Float>.stride else {
      throw FunctionError(
        "argument \(index + 1) is a BLOB of \(byteCount) bytes; a vector has at most \(Arguments.largestVector) numbers"
      )
    }
    let numberCount = byteCount / MemoryLayout<Float>.stride
    // SQLite does not align BLOBs, so they are copied rather than read in place.
    return unsafe [Float](unsafeUninitializedCapacity: numberCount) { buffer, initializedCount in
      unsafe UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
      initializedCount = numberCount
    }
  }

  /// Reads the bytes of the BLOB in argument `index` in place.
  ///
  /// - Returns: nil where it is NULL.
  /// - Throws: `FunctionError` where it is something else, or what `body` throws.
  package func withBytes<Result>(
    _ index: Int, _ body: (Span<UInt8>) throws(FunctionError) -> Result
  ) throws(FunctionError) -> Result? {
    guard let bytes = try unsafe blob(index, wanted: "a BLOB") else { return nil }
    return try body(unsafe bytes.bindMemory(to: UInt8.self).span)
  }

  /// The integer in argument `index`, nil where it is NULL.
  ///
  /// - Throws: `FunctionError` where it is something else.
  package func integer(_ index: Int) throws(FunctionError) -> Int? {
    let value = unsafe value(index)
    switch unsafe normscope_value_type(value) {
    case SQLITE_NULL: return nil
    case SQLITE_INTEGER: return Int(unsafe normscope_value_int64(value))
    default: throw wrongType(index, wanted: "an integer")
    }
  }

  /// The number in argument `index`, nil where it is NULL.
  ///
  /// - Throws: `FunctionError` where it is something else.
  package func real(_ index: Int) throws(FunctionError) -> Double? {
    let value = unsafe value(index)
    switch unsafe normscope_value_type(value) {
    case SQLITE_NULL: return nil
    case SQLITE_INTEGER, SQLITE_FLOAT: return unsafe normscope_value_double(value)
    default: throw wrongType(index, wanted: "a number")
    }
  }

  /// The text in argument `index`, nil where it is NULL; malformed UTF-8 is repaired.
  ///
  /// - Throws: `FunctionError` where it is something else.
  package func text(_ index: Int) throws(FunctionError) -> String? {
    let value = unsafe value(index)
    switch unsafe normscope_value_type(value) {
    case SQLITE_NULL: return nil
    case SQLITE_TEXT: break
    default: throw wrongType(index, wanted: "text")
    }
    guard let start = unsafe normscope_value_text(value) else {
      throw FunctionError("no memory is left")
    }
    let byteCount = unsafe Int(normscope_value_bytes(value))
    return unsafe String(
      decoding: UnsafeBufferPointer(start: start, count: byteCount), as: UTF8.self)
  }

  /// The bytes of the BLOB in argument `index`, in SQLite's memory; nil where it is NULL.
  private func blob(
    _ index: Int, wanted: String
  ) throws(FunctionError) -> UnsafeRawBufferPointer? {
    let value = unsafe value(index)
    switch unsafe normscope_value_type(value) {
    case SQLITE_NULL: return nil
    case SQLITE_BLOB: break
    default: throw wrongType(index, wanted: wanted)
    }
    let start = unsafe normscope_value_blob(value)
    let byteCount = unsafe Int(normscope_value_bytes(value))
    guard unsafe start != nil || byteCount == 0 else { throw FunctionError("no memory is left") }
    return unsafe UnsafeRawBufferPointer(start: start, count: byteCount)
  }

  private func value(_ index: Int) -> OpaquePointer? {
    precondition(0..<count ~= index, "A function of \(count) arguments has no argument \(index).")
    return unsafe values?[index]
  }

  private func wrongType(_ index: Int, wanted: String) -> FunctionError {
    let found =
      switch unsafe normscope_value_type(value(index)) {
      case SQLITE_INTEGER: "an integer"
      case SQLITE_FLOAT: "a real number"
      case SQLITE_TEXT: "text"
      default: "a BLOB"
      }
    return FunctionError("argument \(index + 1) is \(found); it must be \(wanted)")
  }
}
