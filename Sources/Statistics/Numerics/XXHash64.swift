/// XXH64, a 64-bit digest that distinguishes contents; it is not secure against deliberate collisions.
///
/// Data that changed by accident have the digest of others with a probability of 2⁻⁶⁴, at several GB/s; a
/// cryptographic digest would take as long as inflating the file. Seed 0. Source: Y. Collet, "xxHash fast digest
/// algorithm", version 0.2.0 of the specification, section "XXH64 algorithm description".
package struct XXHash64 {
  /// The name of the digest, as files have it before its value.
  package static let name = "xxh64"

  private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
  private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
  private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
  private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
  private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

  /// The accumulators of the four words of a stripe.
  private var lanes = (
    prime1 &+ prime2, prime2, 0 as UInt64, 0 &- prime1
  )
  /// The words, little-endian, that fill no stripe yet, and the first bytes of another.
  private var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
  private var partialWord: UInt64 = 0
  /// The number of bytes so far.
  private var byteCount: UInt64 = 0

  /// The digest of nothing, to be added to.
  package init() {}

  /// Adds bytes.
  package mutating func add(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { add(UInt64(byte), bits: 8) }
  }

  /// Adds numbers as the little-endian bytes of 32-bit floats.
  package mutating func add(_ numbers: Span<Float>) {
    var index = 0
    // A stripe is eight numbers; what comes before the first whole one, or after the last, goes one by one.
    while byteCount % 32 != 0 && index < numbers.count {
      add(UInt64(numbers[index].bitPattern), bits: 32)
      index += 1
    }
    var (first, second, third, fourth) = lanes
    let start = index
    while index + 8 <= numbers.count {
      let stripe = numbers.extracting(index..<index + 8)
      first = XXHash64.round(first, XXHash64.word(stripe[0], stripe[1]))
      second = XXHash64.round(second, XXHash64.word(stripe[2], stripe[3]))
      third = XXHash64.round(third, XXHash64.word(stripe[4], stripe[5]))
      fourth = XXHash64.round(fourth, XXHash64.word(stripe[6], stripe[7]))
      index += 8
    }
    lanes = (first, second, third, fourth)
    byteCount += UInt64(4 * (index - start))
    while index < numbers.count {
      add(UInt64(numbers[index].bitPattern), bits: 32)
      index += 1
    }
  }

  /// Adds a whole number as four little-endian bytes.
  package mutating func add(_ number: UInt32) {
    add(UInt64(number), bits: 32)
  }

  /// Adds a whole number as eight little-endian bytes.
  package mutating func add(_ number: UInt64) {
    add(number, bits: 64)
  }

  /// The digest of what was added.
  package var value: UInt64 {
    var hash: UInt64
    if byteCount >= 32 {
      hash =
        XXHash64.rotated(lanes.0, 1) &+ XXHash64.rotated(lanes.1, 7)
        &+ XXHash64.rotated(lanes.2, 12) &+ XXHash64.rotated(lanes.3, 18)
      for lane in [lanes.0, lanes.1, lanes.2, lanes.3] {
        hash = (hash ^ XXHash64.round(0, lane)) &* XXHash64.prime1 &+ XXHash64.prime4
      }
    } else {
      hash = XXHash64.prime5
    }
    hash &+= byteCount
    let whole = [words.0, words.1, words.2].prefix(Int(byteCount % 32 / 8))
    for word in whole {
      hash =
        XXHash64.rotated(hash ^ XXHash64.round(0, word), 27) &* XXHash64.prime1 &+ XXHash64.prime4
    }
    var rest = partialWord
    var restCount = byteCount % 8
    if restCount >= 4 {
      hash ^= (rest & 0xFFFF_FFFF) &* XXHash64.prime1
      hash = XXHash64.rotated(hash, 23) &* XXHash64.prime2 &+ XXHash64.prime3
      rest >>= 32
      restCount -= 4
    }
    for _ in 0..<restCount {
      hash ^= (rest & 0xFF) &* XXHash64.prime5
      hash = XXHash64.rotated(hash, 11) &* XXHash64.prime1
      rest >>= 8
    }
    hash = (hash ^ (hash >> 33)) &* XXHash64.prime2
    hash = (hash ^ (hash >> 29)) &* XXHash64.prime3
    return hash ^ (hash >> 32)
  }

  /// Adds the lowest `bits` bits of `part`, which end within the word that is being filled.
  private mutating func add(_ part: UInt64, bits: UInt64) {
    let filled = byteCount % 8 * 8
    // A part that crosses the end of a word is added byte by byte.
    guard filled + bits <= 64 else {
      for byte in 0..<bits / 8 { add(part >> (8 * byte) & 0xFF, bits: 8) }
      return
    }
    partialWord |= part << filled
    byteCount += bits / 8
    guard byteCount % 8 == 0 else { return }
    let word = partialWord
    partialWord = 0
    switch byteCount % 32 {
    case 8: words.0 = word
    case 16: words.1 = word
    case 24: words.2 = word
    default:
      lanes = (
        XXHash64.round(lanes.0, words.0), XXHash64.round(lanes.1, words.1),
        XXHash64.round(lanes.2, words.2), XXHash64.round(lanes.3, word)
      )
    }
  }

  @inline(__always)
  private static func word(_ low: Float, _ high: Float) -> UInt64 {
    UInt64(low.bitPattern) | UInt64(high.bitPattern) << 32
  }

  @inline(__always)
  private static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
    rotated(lane &+ word &* prime2, 31) &* prime1
  }

  @inline(__always)
  private static func rotated(_ x: UInt64, _ count: UInt64) -> UInt64 {
    x << count | x >> (64 - count)
  }
}
