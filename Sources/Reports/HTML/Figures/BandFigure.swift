import RunModel
import ShiftAnalysis

/// The quantiles of the last hidden layer over training, a panel a run, as in figure 1 of Ioffe and Szegedy (2015).
struct BandFigure {
  let runs: [ReportedRun]

  /// The figure; nothing where no run recorded quantiles.
  func html(_ figures: inout Figures) -> HTML {
    let shown = runs.filter { $0.bands != nil }
    guard !shown.isEmpty else { return "" }
    let panels = shown.map { run in (run: run, lines: lines(of: run)) }
    let values = panels.flatMap { $0.lines.drawableValues }
    guard let low = values.min(), let high = values.max() else {
      return .missing("The recorded quantiles have no number that could be drawn.")
    }
    let charts = panels.map { panel in
      LineChart(
        title: "\(panel.run.label): \(panel.lines.map(\.ending).joined(separator: "; ")).",
        heading: panel.run.label, lines: panel.lines, x: runs.stepScale(count: 4),
        y: .linear(from: low, to: high, count: 4))
    }
    var coordinates = RunNotes()
    for run in shown {
      guard let bands = run.bands else { continue }
      let levels = bands.levels.map { BandFigure.percent($0) }.joined(separator: ", ")
      let statistics =
        bands.statistics == .none ? "no batch norm" : "\(bands.statistics.rawValue) statistics"
      coordinates.add("\(run.labels.words(of: bands.layer)), \(levels), \(statistics)", of: run)
    }
    return figures.make(
      "Quantiles of the input of the last hidden layer’s nonlinearity over the probe",
      legend: shown, columns: shown.count == 1 ? 1 : 2,
      caption: """
        <p>Solid: the level nearest to 50 %. Dashed: the other levels. Each is the median over the layer’s units. The panels \
        share their vertical axis. \(coordinates.sentences.joined(separator: "; ")).</p>
        \(runs.absenceNote("without quantiles") { $0.bands != nil })
        """,
      charts: charts)
  }

  private func lines(of run: ReportedRun) -> [LineChart.Line] {
    guard let bands = run.bands else { return [] }
    let middle = bands.levels.indices.min {
      abs(bands.levels[$0] - 0.5) < abs(bands.levels[$1] - 0.5)
    }
    return bands.levels.indices.map { level in
      LineChart.Line(
        name: BandFigure.percent(bands.levels[level]), run: run.index,
        isDashed: level != middle,
        points: bands.points.map { LineChart.Point(step: $0.step, value: $0.quantiles[level]) },
        divergedAt: run.divergedAt)
    }
  }

  private static func percent(_ level: Double) -> String {
    NumberFormat.significant(100 * level) + " %"
  }
}
