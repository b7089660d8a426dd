import Testing

@testable import Studies

@Suite("What is made of the figures of several arms")
struct ComparisonTests {
  @Test("Each comparison is what its name says")
  func figures() {
    #expect(Comparison.value.figure(of: [3], over: []) == 3)
    #expect(Comparison.ratio.figure(of: [3, 4], over: []) == 0.75)
    #expect(Comparison.difference.figure(of: [3, 4], over: []) == -1)
    // Of 0.9, 0.4 were lost, and 0.3 of them are back.
    #expect(abs(Comparison.recoveredShare.figure(of: [0.9, 0.5, 0.8], over: []) - 0.75) < 1e-12)
    #expect(Comparison.leastRise.figure(of: [1, 3, 2.5, 9], over: []) == -0.5)
    #expect(Comparison.leastRise.figure(of: [1, .nan, 3], over: []).isNaN)
    // 8/x² falls by 2 on logarithmic axes.
    let slope = Comparison.logSlope.figure(of: [8, 2, 0.5], over: [1, 2, 4])
    #expect(abs(slope - -2) < 1e-12)
  }
}
