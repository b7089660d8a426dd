import Sealing
import TestSupport
import Testing

@Suite("Sealed numbers")
struct NumberTableTests {
  /// The numbers of sealed bytes, one bit after the other as the schema describes them; nil where they are of another length.
  static func read(_ bits: [UInt8]) -> [[UInt32]]? {
    guard bits.count > 1 else { return nil }
    let (steps, units) = (Int(bits[0]), Int(bits[1]))
    let head = 2 + 5 * units
    guard bits.count >= head else { return nil }
    let bases = (0..<units).map { unit in
      (0..<4).reduce(UInt32(0)) { $0 | UInt32(bits[2 + 4 * unit + $1]) << UInt32(8 * $1) }
    }
    let widths = bits[2 + 4 * units..<head].map { Int($0 & 127) }
    let stride = (widths.reduce(0, +) + 7) / 8
    guard bits.count == head + steps * stride + SealedChecksum.byteCount else { return nil }
    return (0..<steps).map { step in
      var position = 8 * (head + step * stride)
      return (0..<units).map { unit in
        var offset: UInt32 = 0
        for bit in 0..<widths[unit] {
          offset |= UInt32(bits[position / 8] >> UInt8(position % 8) & 1) << UInt32(bit)
          position += 1
        }
        let number = bases[unit] &+ offset
        return bits[2 + 4 * units + unit] > 127 ? number >> 1 | number << 31 : number
      }
    }
  }

  /// Rows of bits whose columns have ranges of these many bits; the sign changes where it is told to.
  static func rows(_ count: Int, widths: [Int], signs: Bool, _ generator: inout SplitMix64)
    -> [[Float]]
  {
    let bases = widths.map { _ in UInt32(truncatingIfNeeded: generator.next()) }
    return (0..<count).map { _ in
      zip(bases, widths).map { base, width in
        let mask = width == 32 ? UInt32.max : 1 << UInt32(width) - 1
        var bits = base &+ UInt32(truncatingIfNeeded: generator.next()) & mask
        if signs { bits ^= UInt32(truncatingIfNeeded: generator.next()) & 0x8000_0000 }
        return Float(bitPattern: bits)
      }
    }
  }

  static func table(_ rows: [[Float]]) -> NumberTable {
    var table = NumberTable(rowCount: rows.count, width: rows[0].count)
    for (row, numbers) in rows.enumerated() { table.write(numbers.span, toRow: row) }
    return table
  }

  static func bits(_ rows: [[Float]]) -> [[UInt32]] { rows.map { $0.map(\.bitPattern) } }

  func expectRoundTrip(_ rows: [[Float]]) throws {
    let (count, width) = (rows.count, rows[0].count)
    let sealed = Self.table(rows).seal(rows: 0..<count, columns: 0..<width)
    #expect(Self.read(sealed) == Self.bits(rows))
    var table = NumberTable(rowCount: count + 2, width: width + 3)
    let isUnsealed = table.unseal(sealed.span, rows: 1..<count + 1, columns: 2..<width + 2)
    #expect(isUnsealed)
    var row: [Float] = []
    for index in 0..<count + 2 {
      table.read(row: index, into: &row)
      let expected =
        1...count ~= index ? [0, 0] + rows[index - 1] + [0] : Array(repeating: 0, count: width + 3)
      #expect(row.map(\.bitPattern) == expected.map(\.bitPattern))
    }
    for step in 0..<count {
      let numbers = SealedUnits.numbers(of: sealed.span, step: step)
      #expect(numbers?.map(\.bitPattern) == rows[step].map(\.bitPattern))
    }
    for step in [count, -1] {
      let numbers = SealedUnits.numbers(of: sealed.span, step: step)
      #expect(numbers == nil)
    }
  }

  @Test("Numbers of any range come back bit by bit, and lie where the schema says")
  func roundTrips() throws {
    var generator = SplitMix64(seed: 3)
    for widths in [0...0, 0...25, 20...32, 32...32, 0...32] {
      for signs in [false, true] {
        for units in [1, 2, 7, 8, 9, 15, 16] {
          for steps in [1, 2, 3, 127, 128] {
            let widths = (0..<units).map { _ in
              widths.lowerBound + Int(generator.next() % UInt64(widths.count))
            }
            try expectRoundTrip(Self.rows(steps, widths: widths, signs: signs, &generator))
          }
        }
      }
    }
  }

  @Test("NaNs, infinities, -0 and denormals come back as they are")
  func specialNumbers() throws {
    let special: [Float] = [
      .nan, -.nan, Float(bitPattern: 0x7F80_0001), Float(bitPattern: 0xFFC1_2345), .infinity,
      -.infinity, 0, -0.0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude,
      .greatestFiniteMagnitude, 1, -1,
    ]
    try expectRoundTrip((0..<128).map { step in (0..<16).map { special[(step * 5 + $0) % 13] } })
    try expectRoundTrip(special.map { [$0] })
  }

  @Test("Numbers that change little take few bytes, and equal ones none")
  func sizes() {
    var generator = SplitMix64(seed: 4)
    let near = (0..<128).map { _ in (0..<16).map { _ in 1 + Float(generator.next() % 256) / 0x1p23 }
    }
    let size = Self.table(near).seal(rows: 0..<128, columns: 0..<16).count
    #expect(size <= 2 + 5 * 16 + 128 * 16 + 8)
    let same = (0..<128).map { _ in (0..<16).map { Float($0) } }
    #expect(Self.table(same).seal(rows: 0..<128, columns: 0..<16).count == 2 + 5 * 16 + 8)
  }

  @Test("Bytes that are none are refused, whatever they are, and change no number")
  func hostile() {
    var generator = SplitMix64(seed: 5)
    let rows = Self.rows(
      100, widths: [0, 3, 12, 25, 26, 31, 32, 7, 9, 20, 21, 22, 5, 4, 32, 1], signs: false,
      &generator)
    let sealed = Self.table(rows).seal(rows: 0..<100, columns: 0..<16)
    let contents = Array(sealed.dropLast(SealedChecksum.byteCount))
    for count in [0, 1, 2, 81, 82, contents.count - 1] {
      var part = Array(contents[..<count])
      SealedChecksum.append(to: &part)
      var table = NumberTable(rowCount: 100, width: 16)
      let isUnsealed = table.unseal(part.span, rows: 0..<100, columns: 0..<16)
      #expect(!isUnsealed)
      let numbers = SealedUnits.numbers(of: part.span, step: 0)
      #expect(numbers == nil)
    }
    for (steps, units) in [(99, 16), (100, 15)] {
      var table = NumberTable(rowCount: 100, width: 16)
      let isUnsealed = table.unseal(sealed.span, rows: 0..<steps, columns: 0..<units)
      #expect(!isUnsealed)
    }
    for _ in 0..<3000 {
      var bytes = mutated(contents, telling: [0, 1, 16, 17, 32, 33, 127, 128, 255], by: &generator)
      SealedChecksum.append(to: &bytes)
      var table = NumberTable(rowCount: 100, width: 16)
      let isUnsealed = table.unseal(bytes.span, rows: 0..<100, columns: 0..<16)
      if isUnsealed {
        var row: [Float] = []
        table.read(row: 50, into: &row)
        #expect(Self.read(bytes)?[50] == row.map(\.bitPattern))
      }
      _ = SealedUnits.numbers(of: bytes.span, step: Int(generator.next() % 130))
    }
  }

  @Test(
    "Its checksum is the one that the schema describes, worked out in Python",
    arguments: [
      (0, 0xF276_D46D_DC91_2F23 as UInt64), (1, 0xE9E9_A1AB_975C_E0AC), (63, 0xC09D_97A9_92E5_19AA),
      (64, 0xFDF1_6444_EA3E_82E9), (65, 0x968E_FF0A_EA78_4C0D), (200, 0x6416_1A38_38FE_C6BB),
    ])
  func checksumValues(count: Int, value: UInt64) {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: 37 * $0) }
    var sealed = bytes
    SealedChecksum.append(to: &sealed)
    #expect(sealed == bytes + (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) })
    let isRight = SealedChecksum.isRight(sealed.span)
    #expect(isRight)
  }

  @Test("Two bits that changed, wherever they are, are found")
  func twoBits() {
    var bytes = [UInt8](repeating: 0, count: 1500)
    SealedChecksum.append(to: &bytes)
    // Of the first word, whose sum they share, and of another.
    for (one, other) in [
      (0, 1), (0, 8), (0, 64), (7, 71), (7, 135), (7, 519), (7, 1031), (0, 1472),
    ] {
      for (first, second) in [(0, 0), (7, 7), (0, 7), (0, 23 % 8)] {
        var changed = bytes
        changed[one] ^= 1 << UInt8(first)
        changed[other] ^= 1 << UInt8(second)
        let isRight = SealedChecksum.isRight(changed.span)
        #expect(!isRight, "bits \(first), \(second) of bytes \(one), \(other)")
      }
    }
  }

  @Test("A bit that changed, wherever it is, or a byte that is missing is found")
  func checksum() {
    var generator = SplitMix64(seed: 6)
    let rows = Self.rows(3, widths: [0, 3, 12, 32, 7], signs: true, &generator)
    let sealed = Self.table(rows).seal(rows: 0..<3, columns: 0..<5)
    var table = NumberTable(rowCount: 3, width: 5)
    func isRefused(_ bytes: [UInt8]) -> Bool {
      let numbers = SealedUnits.numbers(of: bytes.span, step: 0)
      return !table.unseal(bytes.span, rows: 0..<3, columns: 0..<5) && numbers == nil
    }
    for place in sealed.indices {
      for bit in 0..<8 {
        var bytes = sealed
        bytes[place] ^= 1 << UInt8(bit)
        let isFound = isRefused(bytes)
        #expect(isFound, "bit \(bit) of byte \(place)")
      }
      let isFound = isRefused(Array(sealed[..<place]))
      #expect(isFound, "\(place) bytes")
    }
    let isGoodRefused = isRefused(sealed)
    #expect(!isGoodRefused)
  }
}
