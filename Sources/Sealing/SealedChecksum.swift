import CElementwise
import Statistics

/// The checksum that sealed bytes end with, a little-endian uint64: the digest XXH64 of 8 sums, 8 totals and the number of the
/// bytes before it.
///
/// The header of CElementwise describes the sums and totals. XXH64 of the bytes themselves took a twelfth of a query's time.
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
    unsafe withUnsafeTemporaryAllocation(
      of: UInt64.self, capacity: Int(elementwise_folded_words)
    ) { folded in
      unsafe bytes.withUnsafeBufferPointer { bytes in
        unsafe elementwise_fold(bytes.baseAddress, bytes.count, folded.baseAddress)
      }
      for index in folded.indices { unsafe hash.add(folded[index]) }
    }
    hash.add(UInt64(bytes.count))
    return hash.value
  }
}
