import RunModel
import ShiftAnalysis

/// The distance between batch norm's outputs with batch and with running statistics, and what it costs in accuracy.
struct GapFigure {
  let all: ReportedRuns

  /// The figure; readers expect none where no run recorded both outputs.
  var answer: FigureAnswer {
    let shown = all.runs.filter { !$0.gaps.isEmpty }
    let layers = Set(shown.flatMap { $0.gaps.map(\.layer) }).sorted()
    let labels = shown.labels
    var notes = RunNotes()
    let charts = layers.compactMap { layer in
      all.chart(
        labels.prefix(of: layer), "normalized W2, sd with batch statistics",
        shown.flatMap { run in
          run.gaps.filter { $0.layer == layer }.map { gap in
            LineChart.Line(
              name: run.label, run: run.look,
              points: gap.points.map { LineChart.Point(step: $0.step, value: $0.value) },
              divergedAt: run.divergedAt, events: run.marks(of: layer))
          }
        })
    }
    guard !charts.isEmpty else {
      return .missing(
        "No run recorded batch norm’s output with batch and with running statistics.",
        isExpected: false)
    }
    for run in shown {
      let populations = Set(run.gaps.map(\.population.rawValue)).sorted()
      notes.add(
        "population \(populations.joined(separator: " and ")), \(all.view.unitWords)",
        of: run)
    }
    let cost = cost(of: shown)
    let isLarge = (shown.flatMap { $0.gaps.map(\.layerCount) }.max() ?? 0) > LayerGroups.many
    let reading = """
      How far batch norm’s output with running statistics, which predictions use, is from its output with the statistics of the \
      examples themselves: 0 is no gap.\(cost == nil ? "" : " The last panel shows what that costs: the accuracy that running statistics lose; below 0 they gain.")
      """
    return .figure(
      Figure(
        kind: .gap, title: "Gap between batch norm’s output in prediction and in training",
        legend: all.legend(),
        panels: (isLarge ? farthest(charts) : charts) + (cost.map { [$0] } ?? []),
        folded: isLarge && !all.view.isLive ? LayerPanels(charts.map { [$0] }) : nil,
        caption: """
          <p>\(reading)\(isLarge ? " Of many layers, those with the largest gaps at the end are shown." : "" as HTML)</p>
          <p>Normalized W2, in standard deviations of the output with the examples’ own statistics. \
          \(notes.sentences.joined(separator: "; ")).</p>
          \(shown.divergenceNote)\(shown.eventNote)
          """,
        footnotes: [reading] + notes.texts))
  }

  /// The charts of the layers with the largest gaps at the end.
  private func farthest(_ charts: [LineChart]) -> [LineChart] {
    let sorted = WorstFirst.sorted(charts) { [$0.lines.compactMap { $0.points.last?.value }.max()] }
    return Array(sorted.prefix(LayerGroups.mostGaps))
  }

  /// The accuracy with batch statistics minus that with running ones at the same step; nil where no run has both.
  private func cost(of shown: [ReportedRun]) -> LineChart? {
    let lines = shown.compactMap { run -> LineChart.Line? in
      func accuracy(_ statistics: StatisticsMode) -> [Int: Double] {
        Dictionary(
          run.evaluations.filter { $0.statistics == statistics }.map {
            ($0.step, $0.accuracy ?? .nan)
          }
        ) { $1 }
      }
      let (batch, running) = (accuracy(.batch), accuracy(.running))
      let steps = batch.keys.filter { running[$0] != nil }.sorted()
      guard !steps.isEmpty else { return nil }
      return LineChart.Line(
        name: run.label, run: run.look,
        points: StepSelection.steps(steps, atMost: Sampling.limit).map { step in
          LineChart.Point(
            step: step, value: 100 * ((batch[step] ?? .nan) - (running[step] ?? .nan)))
        },
        divergedAt: run.divergedAt)
    }
    return all.chart(
      "what it costs", "\(shown.splitWords) lost, percentage points", lines,
      rules: [0], axis: .fitted)
  }
}
