/// What opens a report that answers a question: the question, the answer, the figures that it rests on.
package struct ReportLead: Sendable {
  /// A claim with the verdict on it.
  package struct Claim: Sendable {
    let claim: String
    let verdict: String
    let number: String
    let figure: String
    let bounds: String

    /// Describes a claim, its verdict, the number that decided, what figure it is, and the bounds that were wanted, all in
    /// words.
    package init(
      _ claim: String, verdict: String, number: String, of figure: String, bounds: String
    ) {
      (self.claim, self.verdict, self.bounds) = (claim, verdict, bounds)
      (self.number, self.figure) = (number, figure)
    }
  }

  /// A measure with the figures of each arm.
  package struct Chart: Sendable {
    let measure: String
    let arms: [(name: String, figures: [Double])]
    let isShare: Bool

    /// Describes a chart; one of shares has an axis from 0 to 1, so that several can be compared.
    package init(_ measure: String, _ arms: [(name: String, figures: [Double])], isShare: Bool) {
      (self.measure, self.arms, self.isShare) = (measure, arms, isShare)
    }
  }

  let question: String
  private let answer: String
  private let claims: [Claim]
  private let charts: [Chart]
  private let limits: [String]
  private let runs: String
  /// The figure of the runs that shows the finding best; nil for the usual one.
  let figure: FigureKind?

  /// Describes the opening; `limits` say what is not shown, `runs` names the runs that the rest of the report covers, and
  /// `figure` is the first that it shows.
  package init(
    question: String, answer: String, claims: [Claim], charts: [Chart], limits: [String],
    runs: String, figure: FigureKind?
  ) {
    (self.question, self.answer, self.claims) = (question, answer, claims)
    (self.charts, self.limits, self.runs, self.figure) = (charts, limits, runs, figure)
  }

  /// The opening as a part of the page.
  var html: HTML {
    let panels = charts.map { chart in
      DotPlot(
        measure: chart.measure, isShare: chart.isShare,
        chart.arms.map { DotPlot.Group(name: $0, values: $1) })
    }
    let drawn = panels.enumerated().map { $1.svg(id: "measure-\($0 + 1)") }
    let tables = panels.compactMap { $0.table?.html }
    let table = HTMLTable(
      caption: "The claims", corner: "claim", columns: ["verdict", "figure", "wanted"],
      rows: claims.map { claim in
        HTMLTable.Row(
          heading: "\(claim.claim)",
          cells: [
            "\(claim.verdict)", "\(claim.number) <small>\(claim.figure)</small>",
            "\(claim.bounds)",
          ])
      })
    let sentences = limits.map { "<li>\($0)</li>\n" as HTML }
    return """
      <p class="finding">\(answer)</p>
      <figure id="measures">
      <div class="charts\(panels.count == 1 ? " single" : "")">
      \(drawn)</div>
      <figcaption><p><b>What was measured in each run.</b></p>
      <p>Each dot is a run with a seed of its own; the bar is the median of its row.</p>
      <details class="numbers"><summary>Table of the numbers</summary>
      \(tables)</details></figcaption>
      </figure>
      <div class="claims">
      \(table.html)\
      </div>
      <h2 id="limits">What it does not show</h2>
      <ul>
      \(sentences)</ul>
      <h2 id="recorded">What the runs recorded</h2>
      <p>\(runs)</p>

      """
  }
}
