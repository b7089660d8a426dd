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
  /// The test of the seeds' figures.
  let test: SeedTest.Kind

  /// The figure in words, such as "test accuracy, running statistics: batch-norm less no-norm".
  package var words: String {
    let named = OperandNames(operands.map { (measure: $0.measure.words, arm: $0.arm) })
    let names = named.labels
    let figure =
      switch comparison {
      case .value: names[0]
      case .ratio: "\(names[0]) over \(names[1])"
      case .difference: "\(names[0]) less \(names[1])"
      case .recoveredShare:
        "of what \(names[1]) lost against \(names[0]), the share that \(names[2]) has back"
      case .leastRise: "least rise over " + names.joined(separator: "; ")
      case .logSlope: "slope of the logarithm over " + names.joined(separator: "; ")
      }
    return named.common.isEmpty ? figure : "\(named.common): \(figure)"
  }
}
