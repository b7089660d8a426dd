import RunModel
import ShiftAnalysis
import Statistics

/// Figures of the shift of each layer’s tensor: a panel for each layer, a line for each run.
///
/// The panels of one layer share their vertical axis; the shift of another layer, such as the output layer, may be a hundred
/// times larger.
struct ShiftFigures {
  /// The series of a run that a panel shows.
  typealias Source = KeyPath<ReportedRun, [ShiftSeries]>

  let runs: [ReportedRun]

  /// The shift since the start.
  func sinceStart(_ figures: inout Figures) -> HTML {
    figure(
      "Shift of each layer’s \(tensor(\.sinceStart)) since the start",
      [(\.sinceStart, "")], &figures)
  }

  /// The shift from recorded step to recorded step, in units of the tensor, which stay the same.
  func sincePrevious(_ figures: inout Figures) -> HTML {
    var spacings = RunNotes()
    for run in runs {
      let gaps = run.sincePrevious.flatMap { $0.points.map { $0.step - $0.referenceStep } }
      guard let low = gaps.min(), let high = gaps.max() else { continue }
      spacings.add(low == high ? "\(low.grouped)" : "\(low.grouped) to \(high.grouped)", of: run)
    }
    return figure(
      "Shift of each layer’s \(tensor(\.sincePrevious)) since the previous recorded step",
      [(\.sincePrevious, "")],
      note: """
        <p>Steps from one recorded step to the next: \(spacings.sentences.joined(separator: "; ")). \
        Shifts over different spacings are not comparable.</p>

        """, &figures)
  }

  /// Batch norm's output with running statistics beside its output with batch statistics.
  func normalized(_ figures: inout Figures) -> HTML {
    let hasRunning = runs.contains { !$0.normalizedByRunning.isEmpty }
    let hasBatch = runs.contains { !$0.normalizedByBatch.isEmpty }
    guard hasRunning else {
      let reason: HTML =
        hasBatch
        ? """
        ; with batch statistics it shows beta and gamma only, so it is not drawn
        """ : ""
      return .missing("No run recorded batch norm’s output with running statistics\(reason).")
    }
    return figure(
      "Shift of batch norm’s output since the start",
      [
        (\.normalizedByRunning, ", running statistics"),
        (\.normalizedByBatch, ", batch statistics: beta and gamma"),
      ],
      note: """
        <p>On the right, batch norm used the mean and variance of the same examples: that column shows changes of beta \
        and gamma only, not of the layer’s input. On the left, the running statistics started at mean 0 and variance 1, \
        so their convergence is part of the distance.</p>

        """, &figures)
  }

  /// The names of the tensors that the runs have there, such as "preactivation" or "input".
  private func tensor(_ source: Source) -> String {
    runs.tensors(source).joined(separator: " or ")
  }

  /// A figure with a panel for each layer and source; the panels of one layer are side by side.
  private func figure(
    _ title: String, _ sources: [(source: Source, words: String)], note: HTML = "",
    _ figures: inout Figures
  ) -> HTML {
    func series(of run: ReportedRun) -> [ShiftSeries] {
      sources.flatMap { run[keyPath: $0.source] }
    }
    let shown = runs.filter { !series(of: $0).isEmpty }
    let layers = Set(shown.flatMap { series(of: $0).map(\.layer) }).sorted()
    let labels = shown.labels
    let panels = layers.flatMap { layer in
      sources.map { source in
        (
          layer: layer, heading: "\(labels.prefix(of: layer))\(source.words)",
          lines: shown.flatMap { run in lines(of: run, source.source, layer) }
        )
      }
    }
    let hasValues = panels.contains { !$0.lines.drawableValues.isEmpty }
    guard hasValues, let measure = shown.first.flatMap({ series(of: $0).first })?.measures[0]
    else {
      return .missing("Not drawn, because no moments were recorded: \(title.lowercasedFirst).")
    }
    let charts = panels.map { panel in
      let ofLayer = panels.filter { $0.layer == panel.layer }.flatMap { $0.lines.drawableValues }
      let ends = panel.lines.map(\.ending)
      return LineChart(
        title: "\(measure.title), \(panel.heading): \(ends.joined(separator: "; ")).",
        heading: panel.heading, lines: panel.lines, x: runs.stepScale(count: 4),
        y: .linear(from: 0, to: ofLayer.max() ?? 1, count: 4))
    }
    let columns =
      switch panels.count {
      case 1: 1
      case 2, 4: 2
      default: sources.count == 2 ? 2 : 3
      }
    let maps =
      layers.count > LayerGroups.many
      ? LayerMaps(
        shown.flatMap { run in
          sources.map { source, words in
            LayerMaps.Source(heading: "\(run.label)\(words)", series: run[keyPath: source])
          }
        }, labels, measure: measure.title
      ) { $0.values[0] }.maps : nil
    let reading: HTML =
      maps == nil
      ? "Vertical: "
      : """
      Each row is a layer, in the order of the network, and each column a recorded step; the darker (on a dark ground the \
      lighter), the larger. Below the maps each layer has a panel, folded. Shades and vertical axes: 
      """
    let events: HTML = shown.eventNote
    return figures.make(
      "\(title)", legend: shown, maps: maps, columns: columns,
      caption: """
        <p>\(reading)\(measure.title), \(measure.definition), \(measure.unit). \(maps == nil ? "Each layer" : "Each panel" as HTML) has its own scale.</p>
        \(ShiftNotes(runs: shown, sources: sources.map(\.source)).html)\(note)\(shown.divergenceNote)\(events)\
        \(runs.absenceNote("without such moments") { !series(of: $0).isEmpty })
        """,
      charts: charts)
  }

  private func lines(of run: ReportedRun, _ source: Source, _ layer: Int) -> [LineChart.Line] {
    run[keyPath: source].filter { $0.layer == layer }.map { series in
      LineChart.Line(
        name: run.label, run: run.index,
        points: series.points.map { LineChart.Point(step: $0.step, value: $0.values[0]) },
        divergedAt: run.divergedAt, events: run.marks(of: layer))
    }
  }
}

extension [ReportedRun] {
  /// The names of the tensors of series, each once; the preactivation where there is none.
  func tensors(_ source: ShiftFigures.Source) -> [String] {
    var names: [String] = []
    for tap in flatMap({ $0[keyPath: source].map(\.coordinates.tap.rawValue) })
    where !names.contains(tap) { names.append(tap) }
    return names.isEmpty ? [Site.Tap.preactivation.rawValue] : names
  }
}

extension String {
  /// The text with a capital letter first.
  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
  fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
