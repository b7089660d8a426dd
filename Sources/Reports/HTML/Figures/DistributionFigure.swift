import RunModel
import ShiftAnalysis

/// The mean and the standard deviation of each layer's tensor: a panel for each layer and run.
struct DistributionFigure {
  let all: ReportedRuns

  /// The most panels.
  private static let mostPanels = 24

  /// The figure; readers expect none where no run recorded moments.
  var answer: FigureAnswer {
    let shown = all.representatives.filter { !$0.distributions.isEmpty }
    let labels = shown.labels
    let series = shown.flatMap { run in run.distributions.map { (run: run, series: $0) } }
      .sorted { ($0.series.layer, $0.run.index) < ($1.series.layer, $1.run.index) }
    let drawn = series.prefix(DistributionFigure.mostPanels)
    let charts = drawn.compactMap { run, series in
      chart(
        "\(labels.prefix(of: series.layer))\(shown.count > 1 ? ", \(run.label)" : "")", series, run)
    }
    guard !charts.isEmpty else {
      return .missing("No run recorded moments.", isExpected: false)
    }
    var notes = RunNotes()
    for (run, series) in drawn {
      notes.add(
        "tap \(series.tap.rawValue), population \(series.population.rawValue), statistics \(series.statistics.rawValue)",
        of: run)
    }
    let reading =
      "The line is the mean of the layer’s values, the area one standard deviation to both sides. "
      + (all.view.unit.map { "Both are those of unit \($0)." }
        ?? "Both are medians over the layer’s units.")
    let rest =
      drawn.count < series.count ? " The first \(drawn.count) of \(series.count) are drawn." : ""
    return .figure(
      Figure(
        kind: .distribution, title: "Mean and standard deviation over training", panels: charts,
        caption: """
          <p>\(reading)\(rest)</p>
          <p>\(notes.sentences.joined(separator: "; ")).</p>
          \(all.representativeNote)\(shown.divergenceNote)
          """,
        footnotes: [reading] + notes.texts))
  }

  private func chart(_ heading: String, _ series: DistributionSeries, _ run: ReportedRun)
    -> LineChart?
  {
    let line = LineChart.Line(
      name: "mean", run: run.look,
      points: series.points.map { LineChart.Point(step: $0.step, value: $0.mean) },
      divergedAt: run.divergedAt, events: run.marks(of: series.layer))
    let band = LineChart.Band(
      name: "mean ± sd", run: run.look,
      points: series.points.map { ($0.step, $0.mean - $0.deviation, $0.mean + $0.deviation) })
    let values =
      [line].drawableValues
      + band.points.flatMap { [$0.low, $0.high] }.filter(ChartScale.isDrawable)
    guard let low = values.min(), let high = values.max() else { return nil }
    return LineChart(
      title: "\(heading): \(line.ending { NumberFormat.significant($0) }).", heading: heading,
      measure: "value, units of the tensor", lines: [line], bands: [band],
      x: all.runs.stepScale(count: 4), y: .linear(from: low, to: high, count: 4))
  }
}
