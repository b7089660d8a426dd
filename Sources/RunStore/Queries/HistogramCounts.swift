/// The stored form of the counts of histograms: uint32, little-endian.
enum HistogramCounts {
  /// The bytes of `counts`.
  static func bytes(of counts: [UInt32]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(counts.count * MemoryLayout<UInt32>.size)
    for count in counts {
      for shift in stride(from: 0, to: UInt32(UInt32.bitWidth), by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: count >> shift))
      }
    }
    return bytes
  }

  /// The counts in `bytes`; an incomplete last one is dropped.
  static func counts(of bytes: [UInt8]) -> [UInt32] {
    (0..<bytes.count / MemoryLayout<UInt32>.size).map { place in
      bytes[place * 4..<place * 4 + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
  }
}
