import FoundationEssentials
import TestSupport
import Testing

@testable import RunModel

@Suite("The identifiers of runs")
struct RunIdentifierTests {
  /// A generator of the same bits.
  struct Same: RandomNumberGenerator {
    let bits: UInt64
    mutating func next() -> UInt64 { bits }
  }

  @Test(
    "Have the bits of the generator, but for the version and the variant",
    arguments: [
      (0, "00000000-0000-4000-8000-000000000000"), (.max, "ffffffff-ffff-4fff-bfff-ffffffffffff"),
      (0x0123_4567_89AB_CDEF, "01234567-89ab-4def-8123-456789abcdef"),
    ] as [(UInt64, String)])
  func bits(bits: UInt64, text: String) throws {
    var generator = Same(bits: bits)
    #expect(RunIdentifier.random(using: &generator) == text)
    #expect(UUID(uuidString: text) != nil)
  }

  @Test("Differ")
  func random() {
    #expect(Set((0..<1000).map { _ in RunIdentifier.random().prefix(13) }).count == 1000)
  }

  @Test(
    "A number has its noun in the singular or the plural",
    arguments: [(0, "0 batches"), (1, "1 batch"), (2, "2 batches"), (-1, "-1 batches")])
  func nouns(count: Int, text: String) {
    #expect(counted(count, "batch", plural: "batches") == text)
    #expect(counted(count, "step") == (count == 1 ? "1 step" : "\(count) steps"))
  }
}
