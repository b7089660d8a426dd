import RunModel
import ShiftAnalysis
import Statistics

/// Figures of the shift of each layer’s tensor: a panel for each layer, a line for each run.
///
/// Each panel has its own vertical axis; the shift of another layer, such as the output layer, may be a hundred times larger.
struct ShiftFigures {
  /// The series of a run that a panel shows.
  typealias Source = KeyPath<ReportedRun, [ShiftSeries]>

  let all: ReportedRuns

  private var runs: [ReportedRun] { all.runs }

  /// The shift since the start.
  var sinceStart: FigureAnswer {
    figure(
      .shift, "Shift of \(all.view.owner) \(tensor(\.sinceStart)) since the start",
      [(\.sinceStart, "")],
      reading:
        "How far the distribution of \(values) has moved from where it was at the start: 0 is unmoved."
    )
  }

  /// The same in units of the tensor, which are the same for every run.
  var distance: FigureAnswer {
    figure(
      .distance, "W2 distance of \(all.view.owner) \(tensor(\.sinceStart)) from the start",
      [(\.sinceStart, "")], measure: 1,
      reading:
        "How far the distribution of \(values) is from where it was at the start, in units of the values themselves: 0 is unmoved."
    )
  }

  /// The shift from recorded step to recorded step, in units of the tensor, which stay the same.
  var sincePrevious: FigureAnswer {
    var spacings = RunNotes()
    for run in runs {
      let gaps = run.sincePrevious.flatMap { $0.points.map { $0.step - $0.referenceStep } }
      guard let low = gaps.min(), let high = gaps.max() else { continue }
      spacings.add(low == high ? "\(low.grouped)" : "\(low.grouped) to \(high.grouped)", of: run)
    }
    return figure(
      .previous,
      "Shift of \(all.view.owner) \(tensor(\.sincePrevious)) since the previous recorded step",
      [(\.sincePrevious, "")],
      reading:
        "How far each layer moves from one recorded step to the next, in units of the tensor, which stay the same.",
      note: """
        <p>Steps from one recorded step to the next: \(spacings.sentences.joined(separator: "; ")). \
        Shifts over different spacings are not comparable.</p>

        """)
  }

  /// Batch norm's output with running statistics beside its output with batch statistics.
  var normalized: FigureAnswer {
    guard runs.contains(where: { !$0.normalizedByRunning.isEmpty }) else {
      let hasBatch = runs.contains { !$0.normalizedByBatch.isEmpty }
      return .missing(
        "No run recorded batch norm’s output with running statistics"
          + (hasBatch
            ? "; with batch statistics it shows beta and gamma only, so it is not drawn." : "."),
        isExpected: true)
    }
    return figure(
      .normalized, "Shift of batch norm’s output since the start",
      [
        (\.normalizedByRunning, ", running statistics"),
        (\.normalizedByBatch, ", batch statistics: beta and gamma"),
      ],
      reading:
        "What the next layer gets: on the left in prediction, with running statistics, and on the right in training, with "
        + "those of the batch.",
      note: """
        <p>Running statistics start at mean 0 and variance 1, so their convergence is part of the distance on the left. The \
        column on the right shows changes of beta and gamma alone, whatever the layer’s input does.</p>

        """)
  }

  /// The values whose distribution is shown.
  private var values: String {
    all.view.unit.map { "the values of unit \($0)" } ?? "\(all.view.owner) values"
  }

  /// The names of the tensors that the runs have there, such as "preactivation" or "input".
  private func tensor(_ source: Source) -> String {
    runs.tensors(source).joined(separator: " or ")
  }

  /// A figure with a panel for each layer and source; the panels of one layer are side by side.
  private func figure(
    _ kind: FigureKind, _ title: String, _ sources: [(source: Source, words: String)],
    measure index: Int = 0, reading: String, note: HTML = ""
  ) -> FigureAnswer {
    func series(of run: ReportedRun) -> [ShiftSeries] {
      sources.flatMap { run[keyPath: $0.source] }.filter { index < $0.measures.count }
    }
    let shown = runs.filter { !series(of: $0).isEmpty }
    let layers = Set(shown.flatMap { series(of: $0).map(\.layer) }).sorted()
    let labels = shown.labels
    let measure =
      shown.first.flatMap { series(of: $0).first }.map { ShiftFigures.measure(of: $0, index) } ?? ""
    let ofLayers = layers.map { layer in
      let lines = sources.map { source in
        shown.flatMap { run in self.lines(of: run, source.source, layer, index) }
      }
      return zip(sources, lines).compactMap { source, own in
        all.chart(
          "\(labels.prefix(of: layer))\(source.words)", measure, own,
          besides: lines.flatMap { $0 })
      }
    }
    let charts = ofLayers.flatMap { $0 }
    guard !charts.isEmpty,
      let first = shown.first.flatMap({ series(of: $0).first })?.measures[index]
    else {
      return .missing(
        "Not drawn, because no moments were recorded after the start: \(title.lowercasedFirst).",
        isExpected: true)
    }
    let isLarge = layers.count > LayerGroups.many
    let maps =
      isLarge
      ? LayerMaps(
        all.representatives.flatMap { run in
          sources.map { source, words in
            LayerMaps.Source(heading: "\(run.label)\(words)", series: run[keyPath: source])
          }
        }, labels, measure: measure
      ) { $0.values[index] }.maps : []
    let isLogarithmic = charts.contains { $0.y.isLogarithmic }
    let axis: HTML =
      isLogarithmic
      ? " An axis is logarithmic where a line would lie along 0 otherwise; it has no place for 0 itself."
      : ""
    return .figure(
      Figure(
        kind: kind, title: title, legend: all.legend(), panels: isLarge ? maps : charts,
        // The distances of many layers would be as many panels as their shifts.
        folded: isLarge && kind != .distance && !all.view.isLive ? LayerPanels(ofLayers) : nil,
        columns: sources.count == 2 ? 2 : nil,
        caption: """
          <p>\(reading) \(isLarge ? LayerMaps.reading : layers.count > 1 ? "Each layer has its own scale." : "")\(axis)</p>
          <p>\(first.title) is \(first.definition), with a unit’s mean μ and standard deviation σ in the reference (1) and at the \
          step (2)\(unitNote(of: first)).</p>
          \(ShiftNotes(runs: shown, sources: sources.map(\.source)).html)\(note)\(groupNote)\
          \(isLarge ? all.representativeNote : "")\(shown.divergenceNote)\(shown.eventNote)\
          \(runs.absenceNote("without such moments") { !series(of: $0).isEmpty })
          """,
        footnotes: (first == .normalizedW2 && runs.count > 1
          ? [
            "An sd is that of each run at its own start, so the lengths of two runs are not in one unit."
          ]
          : []) + ShiftNotes.coordinates(of: shown, sources.map(\.source))
          + (all.groups.map { [$0.note] } ?? [])))
  }

  /// The unit of a measure, and that it differs between runs where it does.
  private func unitNote(of measure: ShiftMeasure) -> HTML {
    guard measure == .normalizedW2 else { return ", in \(measure.unit)" }
    let several: HTML = """
      ; an sd is that of each run at its own start, so the lengths of two runs are not in one unit
      """
    return ", in standard deviations (sd) of the reference\(runs.count > 1 ? several : "")"
  }

  private var groupNote: HTML { all.groups.map { "<p>\($0.note)</p>\n" } ?? "" }

  /// The quantity and its unit, as the title of an axis.
  static func measure(of series: ShiftSeries, _ index: Int = 0) -> String {
    let measure = series.measures[index]
    let start = series.points.first?.referenceStep
    guard measure == .normalizedW2, series.coordinates.reference == .start, let start else {
      return "\(measure.title), \(measure.unit)"
    }
    return "\(measure.title), sd at step \(start.grouped)"
  }

  private func lines(of run: ReportedRun, _ source: Source, _ layer: Int, _ index: Int)
    -> [LineChart.Line]
  {
    run[keyPath: source].filter { $0.layer == layer }.map { series in
      LineChart.Line(
        name: run.label, run: run.look,
        points: series.points.map { LineChart.Point(step: $0.step, value: $0.values[index]) },
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
