import RunModel
import ShiftAnalysis
import Statistics

/// A figure of the shift of each layer's tensor between training batches, as a multiple of its sampling floor.
///
/// The shift itself and its floor are in units of a variance that each measurement of the noise replaces; their quotient has
/// no unit.
struct NoiseFigure {
  let runs: [ReportedRun]

  /// The largest number of points of a line: more scattered points would hide the lines at 1 and 2.
  private static let limit = 100

  /// The figure; nothing where no run measured the noise of its batches.
  func html(_ figures: inout Figures) -> HTML {
    let shown = runs.filter { !$0.betweenBatches.isEmpty }
    let layers = Set(shown.flatMap { $0.betweenBatches.map(\.layer) }).sorted()
    let labels = shown.labels
    let charts = layers.compactMap { layer -> LineChart? in
      let lines = shown.flatMap { run in
        run.betweenBatches.filter { $0.layer == layer }.map { line(of: $0, in: run) }
      }
      let values = lines.drawableValues
      guard let low = values.min(), let high = values.max() else { return nil }
      let ends = lines.map(\.ending)
      return LineChart(
        title: "shift over its sampling floor, \(labels.prefix(of: layer)): "
          + "\(ends.joined(separator: "; ")).",
        heading: labels.prefix(of: layer), lines: lines, x: runs.stepScale(count: 4),
        // The lines at 1 and 2 are always there.
        y: .logarithmic(from: min(low, 1), to: max(high, 2)), rules: [1, 2])
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
        }, labels, measure: "squared normalized W2 over its sampling floor",
        value: NoiseFigure.ratio
      ).maps : nil
    let tensors = shown.tensors(\.betweenBatches).joined(separator: " or ")
    return figures.make(
      "Shift of each layer’s \(tensors) between training batches, over its sampling floor",
      legend: shown, maps: maps, columns: min(charts.count, 2),
      caption: """
        \(mapNote(maps != nil))<p>Vertical, logarithmic and without a unit: squared W2 between one recorded training \
        batch and the next, over its sampling floor, each the mean over the units of a layer. The floor is the expected \
        squared W2 of two batches under fixed weights. Lines across: at 1, where two batches of an unchanged network are \
        on average, and at 2, below which a shift is indistinguishable from sampling noise. Each line has at most \
        \(NoiseFigure.limit) points, evenly chosen.</p>
        \(notes.paragraphs())\(shown.divergenceNote)\(shown.eventNote)\
        \(runs.absenceNote("whose noise was not measured") { !$0.betweenBatches.isEmpty })
        """,
      charts: charts)
  }

  /// The shift of a point over its floor; nil where one of both is unknown or 0, for which a logarithmic axis has no place.
  private static func ratio(_ point: ShiftPoint) -> Double? {
    point.floored.flatMap { $0.floor > 0 && $0.value > 0 ? $0.value / $0.floor : nil }
  }

  private func line(of series: ShiftSeries, in run: ReportedRun) -> LineChart.Line {
    LineChart.Line(
      name: run.label, run: run.index,
      points: Sampling.places(among: series.points.count, limit: NoiseFigure.limit).map { place in
        let point = series.points[place]
        return LineChart.Point(step: point.step, value: NoiseFigure.ratio(point))
      },
      divergedAt: run.divergedAt, events: run.marks(of: series.layer))
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
