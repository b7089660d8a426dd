/// A message in the encoding of protocol buffers, built field by field.
///
/// Source: https://protobuf.dev/programming-guides/encoding.
struct ProtobufMessage {
  /// The way in which a field is encoded.
  private enum WireType: UInt64 {
    case varint = 0
    case fixed64 = 1
    case bytes = 2
    case fixed32 = 5
  }

  /// The message.
  private(set) var bytes: [UInt8] = []

  /// Adds a whole number.
  mutating func add(_ field: UInt64, _ value: Int) {
    append(field, .varint)
    append(varint: UInt64(bitPattern: Int64(value)))
  }

  /// Adds a truth value.
  mutating func add(_ field: UInt64, _ value: Bool) { add(field, value ? 1 : 0) }

  /// Adds a double.
  mutating func add(_ field: UInt64, _ value: Double) {
    append(field, .fixed64)
    append(littleEndian: value.bitPattern)
  }

  /// Adds a float32 number.
  mutating func add(_ field: UInt64, _ value: Float) {
    append(field, .fixed32)
    append(littleEndian: value.bitPattern)
  }

  /// Adds a text.
  mutating func add(_ field: UInt64, _ text: String) {
    let text = text.utf8
    append(field, .bytes)
    append(varint: UInt64(text.count))
    bytes.append(contentsOf: text)
  }

  /// Adds a message.
  mutating func add(_ field: UInt64, _ message: ProtobufMessage) {
    append(field, .bytes)
    append(varint: UInt64(message.bytes.count))
    bytes += message.bytes
  }

  /// Adds a message that `build` makes.
  mutating func add(_ field: UInt64, _ build: (inout ProtobufMessage) -> Void) {
    var message = ProtobufMessage()
    build(&message)
    add(field, message)
  }

  /// Adds doubles as a packed field.
  mutating func add(_ field: UInt64, packed values: [Double]) {
    append(field, .bytes)
    append(varint: UInt64(8 * values.count))
    for value in values { append(littleEndian: value.bitPattern) }
  }

  /// Adds float32 numbers as a field of bytes.
  mutating func add(_ field: UInt64, bytesOf values: [Float]) {
    append(field, .bytes)
    append(varint: UInt64(4 * values.count))
    for value in values { append(littleEndian: value.bitPattern) }
  }

  private mutating func append(_ field: UInt64, _ type: WireType) {
    append(varint: field << 3 | type.rawValue)
  }

  private mutating func append(varint value: UInt64) {
    var rest = value
    while rest > 0x7F {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private mutating func append(littleEndian value: some FixedWidthInteger) {
    for shift in stride(from: 0, to: type(of: value).bitWidth, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }
}
