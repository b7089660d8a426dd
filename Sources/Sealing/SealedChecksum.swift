import Statistics

/// The checksum that sealed bytes end with: the digest XXH64 of the bytes before it, as a little-endian uint64.
package enum SealedChecksum {
  /// The bytes that it takes.
  package static let byteCount = 8

  /// Adds the checksum of `bytes` to their end.
  package static func append(to bytes: inout [UInt8]) {
    let value = value(of: bytes.span)
    for place in 0..<byteCount {
      bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * place)))
    }
  }

  /// Whether `bytes` end with their checksum.
  package static func isRight(_ bytes: Span<UInt8>) -> Bool {
    let count = bytes.count - byteCount
    guard count >= 0 else { return false }
    var stored: UInt64 = 0
    for place in 0..<byteCount { stored |= UInt64(bytes[count + place]) << UInt64(8 * place) }
    return value(of: bytes.extracting(0..<count)) == stored
  }

  private static func value(of bytes: Span<UInt8>) -> UInt64 {
    var hash = XXHash64()
    hash.add(bytes)
    return hash.value
  }
}
