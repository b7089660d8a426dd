import RunModel
import ShiftAnalysis
import Statistics

/// Gamma and beta of each layer's normalization: two panels a layer, a line for each run.
struct AffineFigure {
  let all: ReportedRuns

  /// The figure; readers expect none where no layer has gamma and beta.
  var answer: FigureAnswer {
    let shown = all.runs.filter { !$0.affines.isEmpty }
    let layers = Set(shown.flatMap { $0.affines.map(\.layer) }).sorted()
    let labels = shown.labels
    let drawn = layers.prefix(LayerGroups.many)
    let charts = drawn.flatMap { layer in
      [
        chart("gamma", "\(labels.prefix(of: layer)): gamma", shown, layer, \.gamma),
        chart("beta", "\(labels.prefix(of: layer)): beta", shown, layer, \.beta),
      ].compactMap { $0 }
    }
    guard !charts.isEmpty else {
      return .missing("No run recorded gamma and beta.", isExpected: false)
    }
    let unit = all.view.unit
    let reading =
      "Batch norm multiplies each unit’s normalized values by gamma and adds beta; both are learned. "
      + (unit.map { "The lines are those of unit \($0)." }
        ?? "The line is the median over the units, the area is between their quartiles (of fewer than \(GroupBand.leastCountOfQuartiles) units, from the smallest to the largest).")
    var notes = RunNotes()
    for run in shown {
      if run.spread == .numbers { notes.add("\(Sampling.noteOfNumbers).", of: run) }
      let counts = Set(run.affines.compactMap(\.recordedCount))
      for count in counts.sorted() {
        if let note = Sampling.note(of: count, limit: all.view.points(ofLayers: layers.count)) {
          notes.add("\(note).", of: run)
        }
      }
    }
    return .figure(
      Figure(
        kind: .affine, title: "Gamma and beta of \(all.view.owner) normalization",
        legend: all.legend(), panels: charts, columns: 2,
        caption: """
          <p>\(reading)\(drawn.count < layers.count ? " The first \(drawn.count) of \(layers.count) layers are drawn." : "" as HTML)</p>
          \(notes.paragraphs())\(shown.divergenceNote)
          """,
        footnotes: [reading]))
  }

  private func chart(
    _ measure: String, _ heading: String, _ shown: [ReportedRun], _ layer: Int,
    _ value: KeyPath<AffineSeries.Point, GroupBand?>
  ) -> LineChart? {
    let series = shown.flatMap { run in
      run.affines.filter { $0.layer == layer }.map { (run: run, affine: $0) }
    }
    let lines = series.map { run, affine in
      LineChart.Line(
        name: run.label, run: run.look,
        points: affine.points.map {
          LineChart.Point(step: $0.step, value: $0[keyPath: value]?.median)
        }, divergedAt: run.divergedAt)
    }
    let bands = series.filter { $0.affine.unit == nil }.map { run, affine in
      LineChart.Band(
        name: run.label, run: run.look,
        points: affine.points.map {
          ($0.step, $0[keyPath: value]?.lower ?? .nan, $0[keyPath: value]?.upper ?? .nan)
        })
    }
    return all.chart(heading, measure, lines, bands: bands, axis: .fitted)
  }
}
