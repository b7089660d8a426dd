import ShiftAnalysis
import Testing

@Suite("A selection of steps")
struct StepSelectionTests {
  @Test(
    "Spreads evenly from the first to the last; of one step it is the last",
    arguments: [
      (nil, [0, 1, 2, 3, 4, 5, 6]), (9, [0, 1, 2, 3, 4, 5, 6]), (7, [0, 1, 2, 3, 4, 5, 6]),
      (4, [0, 2, 4, 6]), (3, [0, 3, 6]), (2, [0, 6]), (1, [6]), (0, []),
    ] as [(Int?, [Int])])
  func places(count: Int?, expected: [Int]) {
    #expect(StepSelection.places(among: 7, atMost: count) == expected)
    let steps = (0..<7).map { 10 * $0 }
    #expect(StepSelection.steps(steps, atMost: count) == expected.map { 10 * $0 })
  }

  @Test("Of nothing is empty", arguments: [nil, 1, 5])
  func empty(count: Int?) {
    #expect(StepSelection.places(among: 0, atMost: count) == [])
    #expect(StepSelection.steps([], atMost: count) == [])
  }
}
