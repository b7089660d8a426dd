import Glibc
import Reports
import RunModel

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
    return "\(verdict): \(conclusion)"
  }

  /// What the study says for its verdict and, where that is not the verdict on every claim, which claims differ.
  var conclusion: String {
    [outcome.study.answer(outcome.verdict), exceptions].compactMap(\.self).joined(separator: " ")
  }

  /// The number of claims that hold, and the others in their own words; nil where the verdict says it all.
  private var exceptions: String? {
    let count = outcome.criteria.count
    guard outcome.verdict != .holds, count > 1 || outcome.study.answer(outcome.verdict) == nil
    else { return nil }
    let holding = claims(.holds).count
    let sentences = [
      count > 1 ? "\(holding) of \(count) claims \(StudyVerdict.holds.words(of: holding))." : nil,
      listed("Does not hold", claims(.doesNotHold)), listed("Undecided", claims(.undecided)),
    ]
    return sentences.compactMap(\.self).joined(separator: " ")
  }

  private func claims(_ verdict: StudyVerdict) -> [String] {
    outcome.criteria.filter { $0.test.verdict == verdict }.map(\.criterion.claim)
  }

  private func listed(_ words: String, _ claims: [String]) -> String? {
    guard !claims.isEmpty else { return nil }
    let more = claims.count - StudySentences.mostClaims
    return
      ([words + ":"] + claims.prefix(StudySentences.mostClaims)
      + (more > 0 ? ["And \(more) more."] : [])).joined(separator: " ")
  }

  /// The most claims of one verdict that a finding names.
  private static let mostClaims = 2

  /// What the study does not show, its source, and how verdicts are made.
  package var notes: [String] {
    [
      "What it does not show: \(outcome.study.limits.joined(separator: " "))",
      "after \(outcome.study.source); \(outcome.study.seeds.count) seeds of \(outcome.study.arms.count) arms: initial weights, order of batches",
      "a figure is the mean over seeds, of ratios the geometric mean, with its 95 % t-interval; or the median, by a sign test at 5 %, where all seeds have the same figure, one has an infinite one, or the study asks for it",
      "each claim is tested at 5 % by itself: enough to say that all of them hold, while of many claims that hold some can fail by chance",
    ]
  }

  /// A claim with the verdict on it, for a report.
  static func claim(_ found: StudyOutcome.Criterion) -> ReportLead.Claim {
    ReportLead.Claim(
      found.criterion.claim, verdict: found.test.verdict.words,
      number: "\(estimate(found)) (\(spread(found)))", of: found.criterion.words,
      bounds: bounds(found.criterion.bounds))
  }

  /// The mean that the interval is of, or the median where the sign test decided.
  static func estimate(_ found: StudyOutcome.Criterion) -> String { number(found.test.estimate) }

  /// The interval or, where the sign test decided, the figures of all seeds.
  static func spread(_ found: StudyOutcome.Criterion) -> String {
    let test = found.test
    if let interval = test.interval {
      return "\(number(interval.lowerBound)) to \(number(interval.upperBound))"
    }
    return Set(test.figures).count == 1
      ? "each of \(counted(test.figures.count, "seed"))"
      : test.figures.map(number).joined(separator: ", ")
  }

  /// Bounds in words, such as "at least 5".
  static func bounds(_ bounds: StudyBounds) -> String {
    [
      bounds.atLeast.map { "at least \(number($0))" },
      bounds.atMost.map { "at most \(number($0))" },
    ].compactMap { $0 }.joined(separator: " and ")
  }

  private static func number(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "undefined" : "infinite" }
    let text = NumberFormat.significant(value, 3)
    guard abs(value) >= 1e6, !text.contains("e") else { return text }
    // Zeros that were not measured are no digits.
    let exponent = Int(log10(abs(value)).rounded(.down))
    return "\(NumberFormat.significant(value / pow(10, Double(exponent)), 3))e\(exponent)"
  }
}
