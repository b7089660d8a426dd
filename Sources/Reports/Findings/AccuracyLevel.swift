package import ShiftAnalysis

import RunModel

/// A test accuracy that all of several runs reached, and the step at which each was first evaluated to have it.
package struct AccuracyLevel {
  /// The accuracy, in percent.
  package let percent: Int
  /// The first evaluated step of each run with at least that accuracy.
  package let steps: [Int]

  /// The level ten points below the highest multiple of 5 % that all runs reached; nil where one has no accuracy, or none
  /// is so high.
  package init?(_ runs: [RunFigures]) {
    let evaluations = runs.map { run in
      run.primaryEvaluations.compactMap { evaluation in
        evaluation.accuracy.flatMap { $0.isNaN ? nil : (step: evaluation.step, accuracy: $0) }
      }
    }
    let best = evaluations.map { $0.map(\.accuracy).max() ?? 0 }.min() ?? 0
    // What is printed as 90 % may be a little less than 0.9.
    let percent = Int((min(1, max(0, best)) * 100 + 1e-9) / 5) * 5 - 10
    guard percent > 0 else { return nil }
    self.percent = percent
    steps = evaluations.compactMap { evaluations in
      evaluations.first { $0.accuracy * 100 + 1e-9 >= Double(percent) }?.step
    }
  }
}
