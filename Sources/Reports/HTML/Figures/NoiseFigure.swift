import RunModel
import ShiftAnalysis
import Statistics

/// A figure of the shift of each layer's preactivation between training batches, beside its sampling floor.
struct NoiseFigure {
  let runs: [ReportedRun]

  /// The largest number of points of a line: more scattered points would hide the floor.
  private static let limit = 100

  /// The figure; nothing where no run measured the noise of its batches.
  func html(_ figures: inout Figures) -> HTML {
    let shown = runs.filter { !$0.betweenBatches.isEmpty }
    let layers = Set(shown.flatMap { $0.betweenBatches.map(\.layer) }).sorted()
    let labels = shown.labels
    let panels = layers.map { layer in
      (
        heading: labels.prefix(of: layer),
        lines: shown.flatMap { run in
          run.betweenBatches.filter { $0.layer == layer }.flatMap { lines(of: $0, in: run) }
        }
      )
    }
    let charts = panels.compactMap { panel -> LineChart? in
      let values = panel.lines.drawableValues
      guard let low = values.min(), let high = values.max() else { return nil }
      let ends = panel.lines.map(\.ending)
      return LineChart(
        title: "squared normalized W2, \(panel.heading): \(ends.joined(separator: "; ")).",
        heading: panel.heading, lines: panel.lines, x: runs.stepScale(count: 4),
        y: .logarithmic(from: low, to: high))
    }
    guard !charts.isEmpty else { return "" }
    var notes = RunNotes()
    for run in shown {
      notes.add("\(verdict(on: run))", of: run)
      let counts = run.betweenBatches.filter { $0.points.count + 1 < $0.recordedCount }
      for count in Set(counts.map(\.recordedCount)).sorted() {
        notes.add("an even selection of \(count.grouped) recorded steps is drawn.", of: run)
      }
    }
    let maps =
      layers.count > LayerGroups.many
      ? LayerMaps(
        shown.map {
          LayerMaps.Source(heading: "\($0.label): shift over floor", series: $0.betweenBatches)
        }, labels, measure: "squared normalized W2 over its sampling floor"
      ) { $0.floored.flatMap { $0.floor > 0 ? $0.value / $0.floor : nil } }.maps : nil
    return figures.make(
      "Shift of each layer’s preactivation between training batches, beside its sampling floor",
      legend: shown, maps: maps, columns: min(charts.count, 2),
      caption: """
        \(mapNote(maps != nil))<p>Vertical, logarithmic: squared W2 in units of the variance measured with the noise, mean over the units of a layer; population batch, reference \
        previous. Dashed: the sampling floor, the expected difference of two batches under fixed \
        weights. A shift below twice the floor is indistinguishable from sampling noise. Each line has at most \
        \(NoiseFigure.limit) points, evenly chosen.</p>
        \(notes.paragraphs())\(shown.divergenceNote)\
        \(runs.absenceNote("whose noise was not measured") { !$0.betweenBatches.isEmpty })
        """,
      charts: charts)
  }

  private func lines(of series: ShiftSeries, in run: ReportedRun) -> [LineChart.Line] {
    // A logarithmic axis has no place for 0.
    func points(_ value: (ShiftPoint) -> Double?) -> [LineChart.Point] {
      Sampling.places(among: series.points.count, limit: NoiseFigure.limit).map { place in
        let point = series.points[place]
        return LineChart.Point(step: point.step, value: value(point).flatMap { $0 > 0 ? $0 : nil })
      }
    }
    return [
      LineChart.Line(
        name: run.label, run: run.index, points: points { $0.floored?.value },
        divergedAt: run.divergedAt),
      LineChart.Line(
        name: run.label + ", floor", run: run.index, isDashed: true,
        points: points { $0.floored?.floor }),
    ]
  }

  private func mapNote(_ hasMaps: Bool) -> HTML {
    guard hasMaps else { return "" }
    return """
      <p>In the map each row is a layer and each column a recorded step; the shade is the shift over its floor; below 2 \
      it is indistinguishable from sampling noise.</p>

      """
  }

  /// The number of shifts above the sampling floor, layer by layer.
  private func verdict(on run: ReportedRun) -> String {
    let layers = run.betweenBatches.map { series -> (layer: Int, text: String) in
      let floored = series.points.compactMap(\.floored)
      let told = floored.filter(\.isDistinguishable).count
      return (series.layer, "\(told.grouped) of \(floored.count.grouped)")
    }
    guard layers.count > LayerGroups.many else {
      let all = layers.map { "\($0.text) shifts of \(run.labels.words(of: $0.layer))" }
      return "at least twice the floor: " + all.joined(separator: ", ") + "."
    }
    return "at least twice the floor: \(run.labels.note(layers, separator: ", "))."
  }
}
