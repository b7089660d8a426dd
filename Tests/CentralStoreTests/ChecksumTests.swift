import RunModel
import Statistics
import Testing

@testable import CentralStore

@Suite("The checksum of a block")
struct ChecksumTests {
  private func bytes(_ words: [UInt64], _ numbers: [Float]) -> [UInt8] {
    words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
      + numbers.flatMap { number in
        (0..<4).map { UInt8(truncatingIfNeeded: number.bitPattern >> ($0 * 8)) }
      }
  }

  @Test("It is XXH64 of what the schema says, and every part of a block is in it")
  func layout() {
    let (mean, variance): ([Float], [Float]) = ([1, -2.5, .nan], [0, 3, 4])
    var (moment, affine) = (BlockChecksum(of: .moment), BlockChecksum(of: .affine))
    var (all, pair) = (XXHash64(), XXHash64())
    for step in [127, 300] {
      moment.add(step: step, counts: (20, 1), mean.span, variance.span)
      affine.add(step: step, counts: (20, 1), mean.span, variance.span)
      all.add(bytes([UInt64(step), 20, 1, 3], mean + variance))
      pair.add(bytes([UInt64(step), 3], mean + variance))
    }
    #expect(UInt64(bitPattern: Int64(moment.value)) == all.value)
    #expect(UInt64(bitPattern: Int64(affine.value)) == pair.value)
  }
}
