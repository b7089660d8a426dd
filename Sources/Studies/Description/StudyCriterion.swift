/// A criterion of a study: a figure of each seed, and the bounds within which the claim holds.
package struct StudyCriterion: Sendable {
  /// An arm, and what is measured there.
  package struct Operand: Sendable {
    /// The name of the arm.
    package let arm: String
    /// What is measured.
    let measure: any StudyMeasure
  }

  /// The claim, a sentence.
  package let claim: String
  /// What is measured at each arm.
  package let operands: [Operand]
  /// What is made of the measured figures.
  package let comparison: Comparison
  /// The numbers that a slope is taken over, one for each operand; empty for other comparisons.
  let numbers: [Double]
  /// The bounds of the figure.
  package let bounds: StudyBounds

  /// The figure in words, such as "test accuracy, running statistics: with less without".
  package var words: String {
    let measures = operands.map(\.measure.words)
    let isOne = measures.allSatisfy { $0 == measures[0] }
    let names = operands.enumerated().map { isOne ? $1.arm : "\(measures[$0]) of \($1.arm)" }
    let figure =
      switch comparison {
      case .value: names[0]
      case .ratio: "\(names[0]) over \(names[1])"
      case .difference: "\(names[0]) less \(names[1])"
      case .leastRise: "least rise over " + names.joined(separator: ", ")
      case .logSlope: "slope of the logarithm over " + names.joined(separator: ", ")
      }
    return isOne ? "\(measures[0]): \(figure)" : figure
  }
}
