import Sealing
import Testing
import TestSupport

@Suite("Sealed steps")
struct SealedStepsTests {
  static func steps(_ numbers: some Sequence<Int>, start: Int, differ: Bool) -> SealedSteps {
    var steps = SealedSteps(start: start)
    for number in numbers {
      steps.append(
        step: start + number, count: differ ? number : 20, nonFiniteCount: differ ? 2 * number : 0)
    }
    return steps
  }

  @Test("Each step comes back, with its numbers and its place", arguments: [false, true])
  func roundTrips(differ: Bool) throws {
    var generator = SplitMix64(seed: 7)
    for count in [1, 2, 16, 100, 128] {
      let numbers = (0..<128).shuffled(using: &generator)[..<count].sorted()
      let steps = Self.steps(numbers, start: 1280, differ: differ)
      let bytes = steps.bytes
      #expect(SealedSteps(bytes, start: 1280, largest: 2000) == steps)
      for number in 0..<128 {
        let place = SealedSteps.place(of: 1280 + number, in: bytes.span)
        #expect(place == numbers.firstIndex(of: number), "step \(number) of \(numbers)")
      }
    }
  }

  @Test(
    "Bytes that are none are refused: a changed bit, a missing byte, a number that is too large")
  func hostile() {
    let steps = Self.steps([3, 10, 127], start: 128, differ: true)
    func isRefused(_ bytes: [UInt8]) -> Bool {
      let place = SealedSteps.place(of: 131, in: bytes.span)
      return SealedSteps(bytes, start: 128, largest: 1000) == nil && place == nil
    }
    let sealed = steps.bytes
    for place in sealed.indices {
      var bytes = sealed
      bytes[place] ^= 1
      let isChangeRefused = isRefused(bytes)
      let isPartRefused = isRefused(Array(sealed[..<place]))
      #expect(isChangeRefused && isPartRefused, "byte \(place)")
    }
    for (place, value) in [(0, 2), (1, 4)] as [(Int, UInt8)] {
      var bytes = Array(sealed.dropLast(SealedChecksum.byteCount))
      bytes[place] = value
      SealedChecksum.append(to: &bytes)
      let isHeadRefused = isRefused(bytes)
      #expect(isHeadRefused, "byte \(place) is \(value)")
    }
    #expect(SealedSteps(sealed, start: 128, largest: 256) != nil)
    #expect(SealedSteps(sealed, start: 128, largest: 255) == nil)
    #expect(SealedSteps(sealed, start: -128, largest: 1000) == nil)
    #expect(SealedSteps.place(of: -1, in: sealed.span) == nil)
  }
}
