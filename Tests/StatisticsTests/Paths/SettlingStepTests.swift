import Glibc
import Statistics
import Testing

@Suite("The settling step")
struct SettlingStepTests {
  @Test("an exponential decay settles when it is down to the fraction")
  func decay() {
    let distances = (0...100).map { (step: 10 * $0, value: 7 * exp(-Double($0) / 8)) }
    // 8·ln 20 = 23.97.
    #expect(SettlingStep.of(distances, within: 0.05) == 240)
    #expect(SettlingStep.of(distances, within: 1) == 0)
    #expect(SettlingStep.of(distances, within: 0) == nil)
  }

  @Test("a step that only comes near is not the one, only where all later ones stay")
  func overshoot() {
    let values = [4.0, 0.1, 3, 0.4, 0.3, 0.4, 0]
    let distances = values.enumerated().map { (step: $0.offset, value: $0.element) }
    #expect(SettlingStep.of(distances, within: 0.1) == 3)
    #expect(SettlingStep.of(distances, within: 0.0999) == nil)
    #expect(SettlingStep.of(distances, within: 0.75) == 1)
  }

  @Test("nothing, what never moved and what is undefined")
  func degenerate() {
    #expect(SettlingStep.of([], within: 0.1) == nil)
    #expect(SettlingStep.of([(5, 0), (6, 0)], within: 0.1) == 5)
    #expect(SettlingStep.of([(5, 0), (6, 1), (7, 0)], within: 0.1) == nil)
    #expect(SettlingStep.of([(5, 0)], within: 0.1) == nil)
    #expect(SettlingStep.of([(5, 1), (6, .nan), (7, 0)], within: 0.1) == nil)
    #expect(SettlingStep.of([(5, .nan), (6, 0), (7, 0)], within: 0.1) == nil)
  }
}
