/// CRC-32C, the cyclic redundancy check by Castagnoli's polynomial.
enum CRC32C {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { word, _ in
      word >> 1 ^ (word & 1 == 1 ? 0x82F6_3B78 : 0)
    }
  }

  /// The check of `bytes` as records have it: rotated and shifted, because the check of bytes that contain checks is weak.
  static func masked(_ bytes: [UInt8]) -> UInt32 {
    let check = of(bytes)
    return (check >> 15 | check << 17) &+ 0xA282_EAD8
  }

  /// The check of `bytes`.
  static func of(_ bytes: [UInt8]) -> UInt32 {
    let table = table.span
    var word = UInt32.max
    for byte in bytes { word = table[Int(UInt8(truncatingIfNeeded: word) ^ byte)] ^ word >> 8 }
    return ~word
  }
}
