/// Rows in the binary format of COPY (https://www.postgresql.org/docs/15/sql-copy.html, "Binary Format").
struct CopyBuffer {
  /// The bytes.
  private(set) var bytes: [UInt8] = []
  /// The number of rows.
  private(set) var rowCount = 0

  /// The signature, flags and the length of an extension of the header, before the first row.
  static let header: [UInt8] =
    Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A] + Array(repeating: 0, count: 9)
  /// What follows the last row.
  static let trailer: [UInt8] = [0xFF, 0xFF]

  /// A buffer without rows.
  init(reserving byteCount: Int = 0) { bytes.reserveCapacity(byteCount) }

  /// Begins a row.
  mutating func beginRow(columns: Int) {
    append(Int16(columns))
    rowCount += 1
  }

  /// Adds NULL.
  mutating func appendNull() { append(-1 as Int32) }

  /// Adds a bigint.
  mutating func append(_ value: Int) {
    append(8 as Int32)
    append(Int64(value))
  }

  /// Adds a smallint.
  mutating func append(small value: Int16) {
    append(2 as Int32)
    append(value)
  }

  /// Adds a float8.
  mutating func append(_ value: Double) {
    append(8 as Int32)
    append(value.bitPattern)
  }

  /// Adds a boolean.
  mutating func append(_ value: Bool) {
    append(1 as Int32)
    bytes.append(value ? 1 : 0)
  }

  /// Adds a text.
  mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { utf8 in
      append(Int32(utf8.count))
      unsafe bytes.append(contentsOf: utf8)
    }
  }

  /// Adds a bytea.
  mutating func append(_ value: [UInt8]) {
    append(Int32(value.count))
    bytes.append(contentsOf: value)
  }

  /// Adds a bytea of little-endian float32.
  mutating func append(_ numbers: [Float]) {
    append(Int32(numbers.count * MemoryLayout<Float>.stride))
    unsafe numbers.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
  }

  /// Adds a bytea of little-endian uint32.
  mutating func append(_ counts: [UInt32]) {
    append(Int32(counts.count * MemoryLayout<UInt32>.stride))
    unsafe counts.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
  }

  /// Adds a bigint[].
  mutating func append(_ numbers: [Int]) {
    append(Int32(20 + 12 * numbers.count))
    append(1 as Int32)
    append(0 as Int32)
    append(CopyBuffer.bigintType)
    append(Int32(numbers.count))
    append(1 as Int32)
    for number in numbers { append(number) }
  }

  /// Removes all rows and keeps the memory.
  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    rowCount = 0
  }

  /// The object identifier of `bigint` in `pg_type`.
  private static let bigintType: Int32 = 20

  private mutating func append(_ value: some FixedWidthInteger) {
    unsafe withUnsafeBytes(of: value.bigEndian) { unsafe bytes.append(contentsOf: $0) }
  }
}
