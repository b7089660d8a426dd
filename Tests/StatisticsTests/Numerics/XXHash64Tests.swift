import Testing

@testable import Statistics

@Suite("The digest XXH64")
struct XXHash64Tests {
  /// What the reference implementation, xxHash 0.8 by its binding for Python, makes of bytes.
  static let vectors: [(bytes: [UInt8], digest: UInt64)] = [
    ([], 0xef46_db37_51d8_e999), (Array("a".utf8), 0xd24e_c4f1_a98c_6e5b),
    (Array("abc".utf8), 0x44bc_2cf5_ad77_0999), (Array("xxhash".utf8), 0x32dd_3895_2c4b_c720),
    (Array("Nobody inspects the spammish repetition".utf8), 0xfbce_a83c_8a37_8bf1),
    (Array(0..<31), 0xc346_d2b5_9b4d_8ee1), (Array(0..<32), 0xcbf5_9c51_16ff_32b4),
    (Array(0..<33), 0x0c53_5d1a_cafb_8ead), (Array(0..<101), 0xe990_3849_5f85_381e),
    ((0..<1000).map { UInt8($0 * 7 % 256) }, 0x2527_5608_a9cf_c168),
  ]

  @Test("equals the reference implementation", arguments: 0..<10)
  func reference(index: Int) {
    let (bytes, digest) = Self.vectors[index]
    var hash = XXHash64()
    hash.add(bytes)
    #expect(hash.value == digest)
  }

  @Test("is the same however the bytes are handed over", arguments: 0...17)
  func parts(cut: Int) {
    let numbers = (0..<21).map { Float($0) * 0.5 - 3 }
    var hash = XXHash64()
    hash.add(numbers.span.extracting(0..<cut))
    hash.add(numbers.span.extracting(cut..<cut + 1))
    for number in numbers[(cut + 1)...(cut + 2)] { hash.add(number.bitPattern) }
    hash.add(
      numbers[(cut + 3)...].flatMap { number in
        (0..<4).map { UInt8(truncatingIfNeeded: number.bitPattern >> ($0 * 8)) }
      })
    #expect(hash.value == 0xdcee_cd35_c5b3_dd9e)
  }

  @Test("takes a whole number as its eight bytes")
  func words() {
    var (words, bytes) = (XXHash64(), XXHash64())
    for value in 0..<40 as Range<UInt64> {
      let number = value &* 0x9E37_79B1_85EB_CA87
      words.add(number)
      bytes.add((0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) })
      #expect(words.value == bytes.value)
    }
  }

  @Test("goes on from any place in a word")
  func unaligned() {
    let bytes = (0..<200).map { UInt8($0) }
    for start in 0...9 {
      var whole = XXHash64()
      whole.add(bytes[0..<start + 80])
      var parts = XXHash64()
      parts.add(bytes[0..<start])
      let numbers = (0..<20).map { index in
        Float(
          bitPattern: (0..<4).reduce(0) {
            $0 | UInt32(bytes[start + index * 4 + $1]) << UInt32($1 * 8)
          })
      }
      parts.add(numbers.span)
      #expect(parts.value == whole.value, "after \(start) bytes")
    }
  }
}
