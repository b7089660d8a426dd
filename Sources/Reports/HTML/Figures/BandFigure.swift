import RunModel
import ShiftAnalysis

/// The quantiles of the last hidden layer over training, a panel a run, as in figure 1 of Ioffe and Szegedy (2015).
struct BandFigure {
  let all: ReportedRuns

  /// The figure; readers expect none where no run recorded quantiles.
  var answer: FigureAnswer {
    let shown = all.representatives.filter { $0.bands != nil }
    guard !shown.isEmpty else {
      return .missing("No run recorded quantiles.", isExpected: false)
    }
    let panels = shown.map { run in (run: run, lines: lines(of: run), bands: bands(of: run)) }
    let values = panels.flatMap { panel in
      panel.lines.drawableValues + panel.bands.flatMap { $0.points.flatMap { [$0.low, $0.high] } }
    }
    .filter(ChartScale.isDrawable)
    guard let low = values.min(), let high = values.max() else {
      return .missing(
        "The recorded quantiles have no number that could be drawn.", isExpected: true)
    }
    let charts = panels.map { panel in
      LineChart(
        title: "\(panel.run.label): \(words(of: panel.run)).",
        heading: panel.run.label, measure: "value, units of the tensor",
        lines: panel.lines, bands: panel.bands, x: all.runs.stepScale(count: 4),
        y: .linear(from: low, to: high, count: 4))
    }
    var coordinates = RunNotes()
    for run in shown {
      guard let bands = run.bands else { continue }
      let levels = bands.levels.map { BandFigure.percent($0) }.joined(separator: ", ")
      let statistics =
        bands.statistics == .none ? "no batch norm" : "\(bands.statistics.rawValue) statistics"
      coordinates.add(
        "\(run.labels.words(of: bands.layer)), \(bands.tap.rawValue), \(bands.population.rawValue), \(levels), \(statistics)",
        of: run)
    }
    let reading = """
      The thick line is the quantile nearest to 50 %; an area is between two quantiles as far from both ends, such as 15 % and \
      85 %. \(all.view.unit.map { "All are of unit \($0)." } ?? "Each is the median over the layer’s units.") All panels have one vertical axis.
      """
    return .figure(
      Figure(
        kind: .bands,
        title: all.view.layer == nil
          ? "Quantiles of the input of the last hidden layer’s nonlinearity"
          : "Quantiles of the layer over training",
        panels: charts,
        caption: """
          <p>Level, even bands: the layer keeps its distribution. \(reading) \
          \(coordinates.sentences.joined(separator: "; ")).</p>
          \(all.representativeNote)\(all.runs.absenceNote("without quantiles") { $0.bands != nil })
          """,
        footnotes: [reading] + coordinates.texts))
  }

  /// The index of the level nearest to a half.
  private func middle(of bands: DistributionSeries) -> Int? {
    bands.levels.indices.min { abs(bands.levels[$0] - 0.5) < abs(bands.levels[$1] - 0.5) }
  }

  /// The line of the middle level, and thin ones of levels that no other is opposite to.
  private func lines(of run: ReportedRun) -> [LineChart.Line] {
    guard let bands = run.bands, let middle = middle(of: bands) else { return [] }
    let paired = Set(pairs(of: bands).flatMap { [$0.low, $0.high] })
    return bands.levels.indices.filter { $0 == middle || !paired.contains($0) }.map { level in
      LineChart.Line(
        name: BandFigure.percent(bands.levels[level]), run: run.look, isSecond: level != middle,
        points: bands.points.map { LineChart.Point(step: $0.step, value: $0.quantiles[level]) },
        divergedAt: run.divergedAt, events: level == middle ? run.marks(of: bands.layer) : [])
    }
  }

  /// The pairs of levels as far from 0 as from 100 %.
  private func pairs(of bands: DistributionSeries) -> [(low: Int, high: Int)] {
    bands.levels.indices.compactMap { low in
      let high = bands.levels.indices.first { abs(bands.levels[low] + bands.levels[$0] - 1) < 1e-9 }
      return high.flatMap { low < $0 ? (low, $0) : nil }
    }
  }

  /// An area for each pair of levels.
  private func bands(of run: ReportedRun) -> [LineChart.Band] {
    guard let bands = run.bands else { return [] }
    return pairs(of: bands).map { low, high in
      LineChart.Band(
        name:
          "\(BandFigure.percent(bands.levels[low])) to \(BandFigure.percent(bands.levels[high]))",
        run: run.look,
        points: bands.points.map {
          ($0.step, $0.quantiles[low] ?? .nan, $0.quantiles[high] ?? .nan)
        })
    }
  }

  /// Where each level ends, such as "15 % ends at 210; 50 % ends at 220".
  private func words(of run: ReportedRun) -> String {
    guard let bands = run.bands else { return "" }
    return bands.levels.indices.map { level in
      let last = bands.points.last?.quantiles[level]
      return
        "\(BandFigure.percent(bands.levels[level])) ends at \(last.map { NumberFormat.significant($0) } ?? "no value")"
    }.joined(separator: "; ")
  }

  private static func percent(_ level: Double) -> String {
    NumberFormat.significant(100 * level) + " %"
  }
}
