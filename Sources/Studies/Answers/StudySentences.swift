import Reports

/// The sentences that say what a study found.
package struct StudySentences {
  private let outcome: StudyOutcome

  /// Words `outcome`.
  package init(_ outcome: StudyOutcome) { self.outcome = outcome }

  /// The question, the answer, and each criterion with its figure.
  package var finding: [String] {
    [outcome.study.question, answer] + outcome.criteria.map(StudySentences.sentence)
  }

  /// The verdict and the answer.
  package var answer: String {
    let verdict =
      switch outcome.verdict {
      case .holds: "Holds"
      case .doesNotHold: "Does not hold"
      case .undecided: "Can't be told with \(outcome.study.seeds.count) seeds"
      }
    return "\(verdict): \(outcome.study.answer(outcome.verdict))"
  }

  /// What the study does not show, its source, and how verdicts are made.
  package var notes: [String] {
    [
      "What it does not show: \(outcome.study.limits.joined(separator: " "))",
      "after \(outcome.study.source); \(outcome.study.seeds.count) seeds of \(outcome.study.arms.count) arms: initial weights, order of batches",
      "holds or not: the 95 % t-interval of the mean over seeds, of ratios by their logarithms; a sign test at 5 % where the figures of all seeds are the same, or one is not finite",
    ]
  }

  /// A claim with the verdict on it, the figure and its bounds.
  package static func sentence(_ found: StudyOutcome.Criterion) -> String {
    let verdict =
      switch found.test.verdict {
      case .holds: "holds"
      case .doesNotHold: "DOES NOT HOLD"
      case .undecided: "can't be told"
      }
    return
      "\(verdict): \(found.criterion.claim) \(figure(found)), wanted \(bounds(found.criterion.bounds))."
  }

  /// A claim with the verdict on it, for a report.
  static func claim(_ found: StudyOutcome.Criterion) -> ReportLead.Claim {
    ReportLead.Claim(
      found.criterion.claim, verdict: found.test.verdict.words, figure: figure(found),
      bounds: bounds(found.criterion.bounds))
  }

  /// The figure of a criterion with its median, and the interval or all of them.
  private static func figure(_ found: StudyOutcome.Criterion) -> String {
    let test = found.test
    let spread =
      test.interval.map { " (\(number($0.lowerBound)) to \(number($0.upperBound)))" }
      ?? " (\(test.figures.map(number).joined(separator: ", ")))"
    return "\(found.criterion.words) \(number(Figures(test.figures).median))\(spread)"
  }

  private static func bounds(_ bounds: StudyBounds) -> String {
    [
      bounds.atLeast.map { "at least \(number($0))" },
      bounds.atMost.map { "at most \(number($0))" },
    ].compactMap { $0 }.joined(separator: " and ")
  }

  private static func number(_ value: Double) -> String { NumberFormat.significant(value, 3) }
}
