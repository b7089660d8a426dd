import Testing

@testable import Network

@Suite("The loss of a batch with its classes")
struct LossTests {
  @Test("one-hot targets have a 1 at each label, and are cut like the labels")
  func oneHot() {
    let values = Targets.oneHot([2, 0, 1], outputs: 3)
    #expect(values.values == [0, 0, 1, 1, 0, 0, 0, 1, 0])
    let part = Targets(labels: [2, 0, 1], values: values).rows(1..<3)
    #expect(part == Targets(labels: [0, 1], values: Targets.oneHot([0, 1], outputs: 3)))
    #expect(Targets(labels: [2, 0, 1]).rows(0..<1) == Targets(labels: [2]))
    #expect(Targets(labels: [], values: values).rows(0..<1).labels.isEmpty)
  }

  @Test("both losses count the same rows as right, none with a NaN", arguments: Loss.allCases)
  func correctCount(loss: Loss) {
    let rows: [(outputs: [Float], label: Int, isRight: Bool)] = [
      ([1, 3, 2], 1, true), ([1, 3, 2], 2, false), ([-1, -3, -2], 0, true),
      // The first of equal ones is the largest.
      ([5, 5, 1], 0, true), ([5, 5, 1], 1, false),
      ([.nan, 1, 0], 0, false), ([.nan, 1, 0], 1, false), ([3, .nan, 0], 0, false),
      ([0, 3, .nan], 1, false), ([.nan, .nan, .nan], 0, false),
    ]
    for (outputs, label, isRight) in rows {
      var noGradient = Matrix.empty
      let targets = Targets(labels: [label], values: Targets.oneHot([label], outputs: 3))
      let value = loss.evaluate(
        Matrix(rows: 1, columns: 3, values: outputs), targets: targets, reduction: .mean,
        gradient: &noGradient)
      #expect(value.correctCount == (isRight ? 1 : 0), "\(outputs), \(label)")
      #expect(value.loss.isNaN == outputs.contains { $0.isNaN })
    }
  }
}
