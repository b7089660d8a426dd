/// A row of an answer.
struct ServerRow {
  private let rows: ServerRows
  private let index: Int

  /// The row of `rows` with an index.
  init(_ rows: ServerRows, _ index: Int) {
    self.rows = rows
    self.index = index
  }

  /// Whether a value is NULL.
  func isNull(_ column: Int) -> Bool { rows.isNull(index, column) }

  /// A whole number or a truth value, which is 0 or 1; 0 where it is NULL.
  func integer(_ column: Int) -> Int {
    unsafe rows.withBytes(index, column) { bytes in
      switch bytes.count {
      case 1: unsafe Int(bytes[0])
      case 2: unsafe Int(Int16(bigEndian: bytes.loadUnaligned(as: Int16.self)))
      case 4: unsafe Int(Int32(bigEndian: bytes.loadUnaligned(as: Int32.self)))
      case 8: unsafe Int(Int64(bigEndian: bytes.loadUnaligned(as: Int64.self)))
      default: 0
      }
    }
  }

  /// A whole number; nil where it is NULL.
  func optionalInteger(_ column: Int) -> Int? { isNull(column) ? nil : integer(column) }

  /// A float8; NaN where it is NULL.
  func real(_ column: Int) -> Double {
    unsafe rows.withBytes(index, column) { bytes in
      bytes.count == 8
        ? unsafe Double(bitPattern: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)))
        : .nan
    }
  }

  /// A float8; nil where it is NULL.
  func optionalReal(_ column: Int) -> Double? { isNull(column) ? nil : real(column) }

  /// A text; empty where it is NULL.
  func text(_ column: Int) -> String {
    unsafe rows.withBytes(index, column) { unsafe String(decoding: $0, as: UTF8.self) }
  }

  /// A text; nil where it is NULL.
  func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }

  /// The bytes of a bytea.
  func bytes(_ column: Int) -> [UInt8] {
    unsafe rows.withBytes(index, column) { unsafe [UInt8]($0) }
  }

  /// The number of bytes of a value.
  func byteCount(_ column: Int) -> Int { unsafe rows.withBytes(index, column) { $0.count } }

  /// Copies part of a bytea of little-endian float32 into `numbers`, whose memory is reused.
  ///
  /// - Returns: whether the bytea has all of them.
  func read(
    _ column: Int, from first: Int = 0, count: Int, into numbers: inout [Float]
  ) -> Bool {
    unsafe rows.withBytes(index, column) { bytes in
      let stride = MemoryLayout<Float>.stride
      guard (first + count) * stride <= bytes.count else { return false }
      if numbers.count != count { numbers = Array(repeating: 0, count: count) }
      unsafe numbers.withUnsafeMutableBytes { target in
        unsafe target.copyMemory(
          from: UnsafeRawBufferPointer(rebasing: bytes[first * stride..<(first + count) * stride]))
      }
      return true
    }
  }

  /// The little-endian uint32 of a bytea; an incomplete last one is dropped.
  func counts(_ column: Int) -> [UInt32] {
    unsafe rows.withBytes(index, column) { bytes in
      let stride = MemoryLayout<UInt32>.stride
      return (0..<bytes.count / stride).map { place in
        unsafe UInt32(
          littleEndian: bytes.loadUnaligned(fromByteOffset: place * stride, as: UInt32.self))
      }
    }
  }

  /// The elements of a bigint[] without NULLs; nil for another value.
  func integers(_ column: Int) -> [Int]? {
    unsafe elements(column) { element in
      element.count == 8
        ? unsafe Int(Int64(bigEndian: element.loadUnaligned(as: Int64.self))) : nil
    }
  }

  /// The elements of a float8[] without NULLs; none where it is NULL.
  func reals(_ column: Int) -> [Double] {
    unsafe elements(column) { element in
      element.count == 8
        ? unsafe Double(bitPattern: UInt64(bigEndian: element.loadUnaligned(as: UInt64.self)))
        : nil
    } ?? []
  }

  /// The elements of a text[] without NULLs; none where it is NULL.
  func texts(_ column: Int) -> [String] {
    unsafe elements(column) { unsafe String(decoding: $0, as: UTF8.self) } ?? []
  }

  /// The elements of an array of one dimension without NULLs; nil for another value, or where `read` gives nil.
  private func elements<Element>(
    _ column: Int, _ read: (UnsafeRawBufferPointer) -> Element?
  ) -> [Element]? {
    unsafe rows.withBytes(index, column) { bytes in
      func word(_ offset: Int) -> Int {
        unsafe Int(Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self)))
      }
      // The number of dimensions, whether there are NULLs, the type; then the length and the first index of the dimension.
      guard bytes.count >= 12 else { return nil }
      if word(0) == 0 { return [] }
      guard word(0) == 1, word(4) == 0, bytes.count >= 20 else { return nil }
      var found: [Element] = []
      var offset = 20
      for _ in 0..<max(word(12), 0) {
        guard offset + 4 <= bytes.count, case let length = word(offset), length >= 0,
          offset + 4 + length <= bytes.count,
          let element = unsafe read(
            UnsafeRawBufferPointer(rebasing: bytes[offset + 4..<offset + 4 + length]))
        else { return nil }
        found.append(element)
        offset += 4 + length
      }
      return found
    }
  }
}

extension ServerRows {
  /// A row.
  subscript(index: Int) -> ServerRow { ServerRow(self, index) }

  /// What `read` makes of each row.
  func map<Value>(_ read: (ServerRow) throws -> Value) rethrows -> [Value] {
    try (0..<count).map { try read(self[$0]) }
  }
}
