import CElementwise
import CZlib

/// A frame of vectors of one length: each number is stored as the bits by which it lies above a base, in a width of its own.
///
/// A number of a unit whose numbers have one sign is `base + offset` as the bits of a float32. Where they have either
/// sign, the lowest bit of the offset is the sign, and the rest lies above the base of the magnitude.
///
/// It is stored as its version, 1; a byte for each unit, with the width and, in the highest bit, whether signs are mixed; the
/// bases as little-endian uint32; and the CRC-32 of all that. A sealed vector is the offsets, each from its lowest bit on,
/// filled up with zeros to a multiple of 4 bytes, and one byte, the exclusive or of those before.
package final class VectorFrame: Sendable {
  /// The frame of one unit.
  package struct Unit: Sendable, Equatable {
    /// The bits of the smallest float32, or of the smallest magnitude where signs are mixed.
    package let base: UInt32
    /// The number of bits of an offset, 0 to 32; at least 1 where signs are mixed.
    package let width: Int
    /// Whether the lowest bit of an offset is the sign.
    package let hasMixedSigns: Bool

    /// Describes the frame of one unit.
    package init(base: UInt32, width: Int, hasMixedSigns: Bool) {
      self.base = base
      self.width = width
      self.hasMixedSigns = hasMixedSigns
    }
  }

  /// The longest vector: the bits of a sealed one are counted in 32 bits.
  package static let largestCount = 1 << 26
  private static let version: UInt8 = 1

  /// The number of units.
  package let count: Int
  /// The frame as it is stored.
  package let bytes: [UInt8]
  /// Base, mask, mark of mixed signs, and first bit of each unit, and the end of the bits, [4 * count + 1].
  private let table: [UInt32]
  /// What unsealing looks up.
  private let groups: [UInt32]
  /// The bytes of a sealed vector.
  package let sealedByteCount: Int

  /// Makes a frame of 1 to 2^26 units.
  package convenience init(_ units: [Unit]) {
    var bytes = [VectorFrame.version]
    bytes += units.map { UInt8($0.width) | ($0.hasMixedSigns ? 1 << 7 : 0) }
    for unit in units { bytes += VectorFrame.littleEndian(unit.base) }
    bytes += VectorFrame.littleEndian(VectorFrame.checksum(of: bytes.span))
    do throws(FrameFault) {
      try self.init(bytes: bytes.span, count: units.count)
    } catch {
      preconditionFailure("A frame has 1 to 2^26 units of 0 to 32 bits; this one \(error.reason).")
    }
  }

  /// Reads a stored frame of `count` units.
  ///
  /// - Throws: `FrameFault`.
  package init(bytes: Span<UInt8>, count: Int) throws(FrameFault) {
    guard (1...VectorFrame.largestCount).contains(count), bytes.count == 5 * count + 5 else {
      throw FrameFault(reason: "is \(bytes.count) bytes long, which is no frame of \(count) units")
    }
    let checksum = VectorFrame.littleEndian(
      VectorFrame.checksum(of: bytes.extracting(0..<5 * count + 1)))
    guard checksum.indices.allSatisfy({ bytes[5 * count + 1 + $0] == checksum[$0] }) else {
      throw FrameFault(reason: "has a wrong checksum")
    }
    self.count = count
    self.bytes = unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
    guard self.bytes[0] == VectorFrame.version else {
      throw FrameFault(
        reason: "has the version \(self.bytes[0]), and only \(VectorFrame.version) is known")
    }
    var table = [UInt32](repeating: 0, count: 4 * count + 1)
    let arePossible = unsafe self.bytes.withUnsafeBufferPointer { bytes in
      guard let start = bytes.baseAddress else { return false }
      return unsafe elementwise_read_frame(start + 1, start + 1 + count, count, &table)
    }
    guard arePossible else { throw FrameFault(reason: "has impossible widths") }
    var groups = [UInt32](repeating: 0, count: (count + 7) / 8 * Int(elementwise_group_words))
    unsafe elementwise_make_groups(table, count, &groups)
    sealedByteCount = 4 * ((Int(table[4 * count]) + 31) / 32) + 1
    self.table = table
    self.groups = groups
  }

  /// The units.
  package var units: [Unit] {
    (0..<count).map { unit in
      Unit(
        base: table[unit], width: Int(table[3 * count + unit + 1] - table[3 * count + unit]),
        hasMixedSigns: table[2 * count + unit] != 0)
    }
  }

  /// Appends a vector to `sealed`.
  ///
  /// - Parameters:
  ///   - numbers: the vector, [count].
  ///   - sealed: gets its bytes.
  ///   - offsets: memory to work in.
  /// - Precondition: the frame is that of a range to which the vector was added.
  package func seal(
    _ numbers: Span<Float>, appendingTo sealed: inout [UInt8], _ offsets: inout [UInt32]
  ) {
    precondition(numbers.count == count, "The frame is of another length.")
    if offsets.count < count { offsets = Array(repeating: 0, count: count) }
    let start = sealed.count
    sealed += repeatElement(0, count: sealedByteCount + 3)
    let isInside = unsafe sealed.withUnsafeMutableBufferPointer { sealed in
      unsafe numbers.withUnsafeBufferPointer { numbers in
        unsafe elementwise_seal(
          numbers.baseAddress, table, count, &offsets, sealed.extracting(start...).baseAddress)
      }
    }
    precondition(isInside, "A number lies outside the frame.")
    sealed.removeLast(3)
  }

  /// Unseals a vector into `numbers`, whose memory is reused; the check at its end is not looked at.
  ///
  /// - Returns: false where the bytes are no sealed vector of this frame.
  package func unseal(_ sealed: Span<UInt8>, into numbers: inout [Float]) -> Bool {
    guard sealed.count == sealedByteCount else { return false }
    if numbers.count != count { numbers = Array(repeating: 0, count: count) }
    unsafe sealed.withUnsafeBufferPointer { sealed in
      unsafe elementwise_unseal(sealed.baseAddress, sealed.count - 1, groups, count, &numbers)
    }
    return true
  }

  /// Whether the last byte of a sealed vector is the exclusive or of those before.
  package static func isIntact(_ sealed: Span<UInt8>) -> Bool {
    unsafe sealed.withUnsafeBufferPointer { sealed in
      unsafe elementwise_parity(sealed.baseAddress, sealed.count) == 0
    }
  }

  private static func littleEndian(_ word: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
  }

  private static func checksum(of bytes: Span<UInt8>) -> UInt32 {
    unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe UInt32(crc32(0, bytes.baseAddress, UInt32(bytes.count)))
    }
  }
}
