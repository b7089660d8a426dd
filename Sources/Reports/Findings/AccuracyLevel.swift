package import ShiftAnalysis

import RunModel

/// An accuracy that all of several runs reached, and the step at which each was first evaluated to have it.
package struct AccuracyLevel {
  /// The accuracy, in percent.
  package let percent: Int
  /// The first evaluated step of each run with at least that accuracy.
  package let steps: [Int]

  /// The level ten points below the highest multiple of 5 % that all runs reached; nil where one has no accuracy, or none
  /// is so high.
  package init?(_ runs: [RunFigures]) {
    let evaluations = runs.map(\.primaryEvaluations)
    let percent = evaluations.highestLevel(multipleOf: 5) - 10
    guard percent > 0, evaluations.allSatisfy(\.haveAccuracy) else { return nil }
    self.percent = percent
    steps = evaluations.compactMap { evaluations in
      evaluations.firstPlace(reaching: percent).map { evaluations[$0].step }
    }
  }
}

extension [EvaluationRecord] {
  /// Whether one of them has an accuracy; that of a network without classes is NaN.
  var haveAccuracy: Bool { contains { $0.accuracy?.isNaN == false } }

  /// The place of the first one with an accuracy of at least `percent`; nil where there is none.
  func firstPlace(reaching percent: Int) -> Int? {
    // What is printed as 90 % may be a little less than 0.9.
    firstIndex { ($0.accuracy ?? 0) * 100 + 1e-9 >= Double(percent) }
  }
}

extension [[EvaluationRecord]] {
  /// The highest multiple of `unit` percent that all runs with an accuracy reached, given the evaluations of each; 0 where
  /// none has one.
  func highestLevel(multipleOf unit: Int) -> Int {
    let best = filter(\.haveAccuracy).map { evaluations in
      evaluations.compactMap(\.accuracy).filter { !$0.isNaN }.max() ?? 0
    }.min()
    return Int((Swift.min(1, Swift.max(0, best ?? 0)) * 100 + 1e-9) / Double(unit)) * unit
  }
}
