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
    let measurements = measurements
    // A chart for each measure, where it is measured first.
    let charts = measurements.enumerated().compactMap { place, first -> ReportLead.Chart? in
      let words = first.measure.words
      guard !measurements[..<place].contains(where: { $0.measure.words == words }) else {
        return nil
      }
      let arms = measurements.filter { $0.measure.words == words }
      return ReportLead.Chart(
        words, arms.map { ($0.arm, $0.figures) }, isShare: first.measure.isShare)
    }
    let drawn = reportedRuns.count
    let note =
      drawn < runs.count
      ? ["The figures below are of \(drawn) of the \(runs.count) runs: the first seed of each arm."]
      : []
    return ReportLead(
      question: study.question, answer: StudySentences(self).answer,
      claims: criteria.map { StudySentences.claim($0) },
      charts: charts,
      limits: study.limits + note + ["The claim is after \(study.source)."])
  }
}
