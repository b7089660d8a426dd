import Reports
import Statistics

/// The sentences that say what a study found.
package struct StudySentences {
  private let outcome: StudyOutcome

  /// Words `outcome`.
  package init(_ outcome: StudyOutcome) { self.outcome = outcome }

  /// The question and the answer.
  package var finding: [String] { [outcome.study.question, answer] }

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

  /// A claim with the verdict on it, for a report.
  static func claim(_ found: StudyOutcome.Criterion) -> ReportLead.Claim {
    ReportLead.Claim(
      found.criterion.claim, verdict: found.test.verdict.words, figure: figure(found),
      bounds: bounds(found.criterion.bounds))
  }

  /// The figure of a criterion with its median, and the interval or all of them.
  private static func figure(_ found: StudyOutcome.Criterion) -> String {
    "\(found.criterion.words) \(median(found)) (\(spread(found)))"
  }

  /// The median of the figures.
  static func median(_ found: StudyOutcome.Criterion) -> String {
    number(Figures(found.test.figures).median)
  }

  /// The interval or, where the sign test decided, all figures.
  static func spread(_ found: StudyOutcome.Criterion) -> String {
    let test = found.test
    return
      test.interval.map { "\(number($0.lowerBound)) to \(number($0.upperBound))" }
      ?? test.figures.map(number).joined(separator: ", ")
  }

  /// Bounds in words, such as "at least 5".
  static func bounds(_ bounds: StudyBounds) -> String {
    [
      bounds.atLeast.map { "at least \(number($0))" },
      bounds.atMost.map { "at most \(number($0))" },
    ].compactMap { $0 }.joined(separator: " and ")
  }

  private static func number(_ value: Double) -> String { NumberFormat.significant(value, 3) }
}
