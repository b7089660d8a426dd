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
    let drawn = reportedRuns.count
    return ReportLead(
      question: study.question, answer: StudySentences(self).answer,
      claims: criteria.map { StudySentences.claim($0) },
      charts: charts,
      limits: study.limits + ["The claim is after \(study.source)."],
      runs: drawn < runs.count
        ? "The figures below are of \(drawn) of the \(runs.count) runs: the first seed of each arm."
        : "The figures below are of all \(runs.count) runs.",
      figure: study.figure)
  }

  /// A chart for the measures that differ in their settings alone, in the order in which they are measured.
  private var charts: [ReportLead.Chart] {
    let measurements = measurements
    let heads = measurements.map { OperandNames.head(of: $0.measure.words) }
    return heads.indices.filter { !heads[..<$0].contains(heads[$0]) }.map { first in
      let rows = heads.indices.filter { heads[$0] == heads[first] }.map { measurements[$0] }
      let names = OperandNames(rows.map { (measure: $0.measure.words, arm: $0.arm) })
      return ReportLead.Chart(
        names.common, zip(names.labels, rows).map { ($0, $1.figures) },
        isShare: rows[0].measure.isShare)
    }
  }
}
