package import Reports
package import RunModel

extension StudyOutcome {
  /// The most runs of a report.
  private static let mostRuns = 10

  /// The runs that a report draws: all of them, or of many the first seed of each arm.
  package var reportedRuns: [Run] {
    guard runs.count > StudyOutcome.mostRuns else { return runs }
    let first = stride(from: 0, to: runs.count, by: study.seeds.count).map { runs[$0] }
    return Array(first.prefix(StudyOutcome.mostRuns))
  }

  /// The opening of the report: the question, the answer, and the figures that it rests on.
  package var lead: ReportLead {
    var measures: [(words: String, isShare: Bool, arms: [(name: String, figures: [Double])])] = []
    for found in criteria {
      for (operand, figures) in zip(found.criterion.operands, found.measured) {
        let words = operand.measure.words
        let place = measures.firstIndex { $0.words == words } ?? measures.count
        if place == measures.count { measures.append((words, operand.measure.isShare, [])) }
        if !measures[place].arms.contains(where: { $0.name == operand.arm }) {
          measures[place].arms.append((operand.arm, figures))
        }
      }
    }
    let drawn = reportedRuns.count
    let note =
      drawn < runs.count
      ? ["The figures below are of \(drawn) of the \(runs.count) runs: the first seed of each arm."]
      : []
    return ReportLead(
      question: study.question, answer: StudySentences(self).answer,
      claims: criteria.map { StudySentences.claim($0) },
      charts: measures.map { ReportLead.Chart($0.words, $0.arms, isShare: $0.isShare) },
      limits: study.limits + note + ["The claim is after \(study.source)."])
  }
}
