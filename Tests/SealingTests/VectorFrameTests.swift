import Sealing
import TestSupport
import Testing

@Suite("Sealed vectors")
struct VectorFrameTests {
  /// Vectors that look like a series of moments, and ones that no series has.
  static func vectors(_ kind: Int, count: Int, steps: Int, seed: UInt64) -> [[Float]] {
    var generator = SplitMix64(seed: seed)
    let centers = (0..<count).map { _ in Float(generator.normal()) }
    let special: [Float] = [
      0, -0.0, .nan, Float(bitPattern: 0xFFC0_1234), .infinity, -.infinity, .leastNonzeroMagnitude,
      -.leastNonzeroMagnitude, .greatestFiniteMagnitude, 1, -1,
    ]
    return (0..<steps).map { step in
      centers.map { center in
        switch kind {
        case 0: center + 0.1 * Float(generator.normal())
        case 1: abs(center) * (1 + 0.14 * Float(generator.normal()))
        case 2: center + 1e-5 * Float(step)
        case 3: center
        case 4: Float(bitPattern: UInt32.random(in: 0...(.max), using: &generator))
        case 5: special.randomElement(using: &generator) ?? 0
        default: step == 0 ? special[Int(abs(center) * 10) % special.count] : center
        }
      }
    }
  }

  static func sealed(_ frame: VectorFrame, _ vector: [Float]) -> [UInt8] {
    var sealed: [UInt8] = [7]
    var offsets: [UInt32] = []
    frame.seal(vector.span, appendingTo: &sealed, &offsets)
    return Array(sealed.dropFirst())
  }

  static func unsealed(_ frame: VectorFrame, _ sealed: [UInt8]) -> [Float]? {
    var numbers: [Float] = []
    return frame.unseal(sealed.span, into: &numbers) ? numbers : nil
  }

  static func isIntact(_ sealed: [UInt8]) -> Bool { VectorFrame.isIntact(sealed.span) }

  static func frame(_ bytes: [UInt8], count: Int) throws(FrameFault) -> VectorFrame {
    try VectorFrame(bytes: bytes.span, count: count)
  }

  /// The bits of the numbers, by the description of the format, one bit after the other.
  static func plainlyUnsealed(_ sealed: [UInt8], _ frame: [UInt8]) -> [UInt32] {
    let count = (frame.count - 5) / 5
    var position = 0
    return (0..<count).map { unit in
      let width = Int(frame[1 + unit] % 128)
      let base = (0..<4).reduce(UInt32(0)) {
        $0 | UInt32(frame[1 + count + 4 * unit + $1]) << (8 * $1)
      }
      var offset: UInt32 = 0
      for bit in 0..<width {
        if sealed[position / 8] >> (position % 8) & 1 == 1 { offset |= 1 << bit }
        position += 1
      }
      return frame[1 + unit] < 128 ? base &+ offset : base &+ offset >> 1 &+ offset << 31
    }
  }

  @Test("They have every bit of the numbers again", arguments: 0..<7)
  func roundTrip(kind: Int) throws {
    for (round, count) in [1, 2, 7, 8, 9, 16, 31, 64, 257].enumerated() {
      for steps in [1, 2, 5, 128] {
        let vectors = Self.vectors(kind, count: count, steps: steps, seed: UInt64(round))
        var range = VectorRange(count: count)
        for vector in vectors { range.add(vector.span) }
        let frame = range.frame
        for vector in vectors {
          let sealed = Self.sealed(frame, vector)
          #expect(sealed.count == frame.sealedByteCount && sealed.count % 4 == 1)
          #expect(Self.isIntact(sealed))
          let again = try #require(Self.unsealed(frame, sealed))
          let bits = vector.map(\.bitPattern)
          try #require(again.map(\.bitPattern) == bits)
          #expect(Self.plainlyUnsealed(sealed, frame.bytes) == bits)
        }
        #expect(try Self.frame(frame.bytes, count: count).units == frame.units)
        #expect(VectorFrame(frame.units).bytes == frame.bytes)
      }
    }
  }

  @Test("The frame is the narrowest")
  func widths() {
    func unit(_ numbers: Float...) -> VectorFrame.Unit {
      var range = VectorRange(count: 1)
      for number in numbers { range.add([number].span) }
      return range.frame.units[0]
    }
    let one = Float(1).bitPattern
    #expect(unit(1, 1) == VectorFrame.Unit(base: one, width: 0, hasMixedSigns: false))
    #expect(unit(1, 2) == VectorFrame.Unit(base: one, width: 24, hasMixedSigns: false))
    #expect(
      unit(-1, (-1 as Float).nextDown)
        == VectorFrame.Unit(base: one | 1 << 31, width: 1, hasMixedSigns: false))
    #expect(unit(1, -1) == VectorFrame.Unit(base: one, width: 1, hasMixedSigns: true))
    #expect(unit(0, -.nan).width == 32)
    #expect(unit(0, -0.0) == VectorFrame.Unit(base: 0, width: 1, hasMixedSigns: true))
  }

  @Test("Series of moments take less than four fifths of their bytes")
  func sizes() {
    for (kind, most) in [(0, 0.87), (1, 0.78), (2, 0.55), (3, 0.01)] {
      let vectors = Self.vectors(kind, count: 256, steps: 128, seed: 3)
      var range = VectorRange(count: 256)
      for vector in vectors { range.add(vector.span) }
      #expect(Double(range.frame.sealedByteCount) < most * 1024)
    }
  }

  @Test("Bytes of another length, and any change of a frame, are refused")
  func refused() throws {
    var range = VectorRange(count: 3)
    range.add(([1, -2, 3] as [Float]).span)
    range.add(([1.5, 2, 3] as [Float]).span)
    let frame = range.frame
    let sealed = Self.sealed(frame, [1, -2, 3])
    for count in 0..<40 where count != sealed.count {
      #expect(Self.unsealed(frame, Array(repeating: 0, count: count)) == nil)
    }
    for byte in sealed.indices {
      var changed = sealed
      changed[byte] ^= 8
      #expect(!Self.isIntact(changed))
    }
    for byte in frame.bytes.indices {
      var changed = frame.bytes
      changed[byte] ^= 64
      #expect(throws: FrameFault.self) { try Self.frame(changed, count: 3) }
    }
    for count in [-1, 0, 2, 4, .max] {
      #expect(throws: FrameFault.self) { try Self.frame(frame.bytes, count: count) }
    }
  }

  @Test("Frames of impossible widths or another version are refused, whatever their checksum says")
  func impossible() {
    func fault(_ head: [UInt8]) -> String? {
      let bytes = head + [0, 0, 0, 0]
      let checked = bytes + Self.checksum(bytes)
      do throws(FrameFault) {
        _ = try Self.frame(checked, count: 1)
        return nil
      } catch { return error.reason }
    }
    #expect(fault([1, 32]) == nil && fault([1, 128 + 32]) == nil && fault([1, 0]) == nil)
    for width in [33, 64, 127, 128, 128 + 33, 255] as [UInt8] {
      #expect(fault([1, width]) == "has impossible widths")
    }
    #expect(fault([2, 1]) == "has the version 2, and only 1 is known")
  }

  /// The CRC-32, bit by bit.
  static func checksum(_ bytes: [UInt8]) -> [UInt8] {
    var sum = UInt32.max
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum >> 1 ^ (sum & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
    return (0..<4).map { UInt8(truncatingIfNeeded: ~sum >> (8 * $0)) }
  }

  @Test("No bytes of a frame and of vectors do any harm")
  func hostile() {
    var generator = SplitMix64(seed: 5)
    for _ in 0..<2000 {
      let count = Int.random(in: 1...40, using: &generator)
      var bytes: [UInt8] = [1]
      for _ in 0..<count {
        let width = UInt8.random(in: 1...32, using: &generator)
        bytes.append(width | (Bool.random(using: &generator) ? 128 : 0))
      }
      for _ in 0..<4 * count { bytes.append(.random(in: 0...255, using: &generator)) }
      bytes += Self.checksum(bytes)
      guard let frame = try? Self.frame(bytes, count: count) else {
        Issue.record("It was refused.")
        continue
      }
      let sealed = (0..<frame.sealedByteCount).map { _ in
        UInt8.random(in: 0...255, using: &generator)
      }
      #expect(
        Self.unsealed(frame, sealed)?.map(\.bitPattern) == Self.plainlyUnsealed(sealed, bytes))
    }
  }
}
