import Testing

import RunModel
@testable import RunStore

@Suite("Holes in a row of numbers")
struct CadenceTests {
  @Test(
    "A hole is where numbers at equal distances are missing",
    arguments: [
      ([0, 1, 2, 3, 4, 5], []), ([0, 1, 3, 4], [1...3]), ([0, 10, 20, 50, 60, 70], [20...50]),
      ([0, 1, 2, 9, 10, 12, 13], [2...9, 10...12]), ([3, 5, 9, 11], [5...9]),
      // Thinned: a long distance, then a short one.
      ([0, 10, 20, 30, 32, 33, 34], []), ([5, 10, 20, 30, 31, 32], []),
      // Farther and farther apart, the last one late, no multiple, and too few to tell.
      ([0, 1, 2, 4, 8, 16, 32], []), ([0, 100, 200, 250], []), ([0, 2, 5, 7], []),
      ([0, 9, 18], []),
      ([0, 1, 5], []), ([], []),
    ] as [([Int], [ClosedRange<Int>])])
  func holes(numbers: [Int], expected: [ClosedRange<Int>]) {
    var cadence = Cadence()
    #expect(numbers.compactMap { cadence.add($0) } == expected)
  }
}
