import RunModel
import ShiftAnalysis
import Statistics

/// A figure of the shift of each layer's tensor between training batches, as a multiple of its sampling floor.
///
/// The shift itself and its floor are in units of a variance that each measurement of the noise replaces; their quotient has
/// no unit.
struct NoiseFigure {
  let all: ReportedRuns

  /// The largest number of points of a line: more scattered points would hide the lines at 1 and 2.
  private static let limit = 100
  /// The multiple of the floor from which on a map has one shade.
  private static let mapLimit = 100.0

  /// The figure; readers expect none where no run measured the noise of its batches.
  var answer: FigureAnswer {
    let shown = all.runs.filter { !$0.betweenBatches.isEmpty }
    let layers = Set(shown.flatMap { $0.betweenBatches.map(\.layer) }).sorted()
    let labels = shown.labels
    let charts = layers.compactMap { layer in
      all.chart(
        labels.prefix(of: layer), "squared W2 ÷ its sampling floor",
        shown.flatMap { run in
          run.betweenBatches.filter { $0.layer == layer }.map { line(of: $0, in: run) }
        },
        // The lines at 1 and 2 are always there.
        rules: [1, 2],
        axis: .logarithmic)
    }
    guard !charts.isEmpty else {
      return .missing(
        "No run measured the noise of its batches, so there is no sampling floor.",
        isExpected: false)
    }
    var notes = RunNotes()
    for run in shown {
      if shown.count <= NoiseFigure.mostVerdicts { notes.add("\(verdict(on: run))", of: run) }
    }
    let isLarge = layers.count > LayerGroups.many
    let maps =
      isLarge
      ? LayerMaps(
        all.representatives.filter { !$0.betweenBatches.isEmpty }.map {
          LayerMaps.Source(heading: "\($0.label): shift over floor", series: $0.betweenBatches)
        }, labels, measure: "squared W2 ÷ its sampling floor", upTo: NoiseFigure.mapLimit,
        value: NoiseFigure.ratio
      ).maps : []
    let tensors = shown.tensors(\.betweenBatches).joined(separator: " or ")
    let reading = """
      How far one recorded training batch is from the next, over what batch sampling alone would give. Lines across: at 1, \
      where two batches of an unchanged network are on average, and at 2, below which a shift is indistinguishable from \
      sampling noise.
      """
    return .figure(
      Figure(
        kind: .noise,
        title:
          "Shift of \(all.view.owner) \(tensors) between training batches, over its sampling floor",
        legend: all.legend(), panels: isLarge ? maps : charts,
        folded: isLarge && !all.view.isLive ? LayerPanels(charts.map { [$0] }) : nil,
        caption: """
          <p>\(reading) \(isLarge ? LayerMaps.reading : "")</p>
          <p>Squared W2 over its sampling floor, the expected squared W2 of two batches under fixed weights; each is the mean \
          over the units of a layer. The axis is logarithmic. Each line has at most \(NoiseFigure.limit) points, evenly chosen.</p>
          \(verdicts(shown, layers))\
          \(notes.paragraphs())\(shown.divergenceNote)\(shown.eventNote)\
          \(all.runs.absenceNote("whose noise was not measured") { !$0.betweenBatches.isEmpty })
          """,
        footnotes: [reading] + ShiftNotes.coordinates(of: shown, [\.betweenBatches])))
  }

  /// The shift of a point over its floor; nil where one of both is unknown or 0, for which a logarithmic axis has no place.
  private static func ratio(_ point: ShiftPoint) -> Double? {
    point.floored.flatMap { $0.floor > 0 && $0.value > 0 ? $0.value / $0.floor : nil }
  }

  private func line(of series: ShiftSeries, in run: ReportedRun) -> LineChart.Line {
    LineChart.Line(
      name: run.label, run: run.look,
      points: Sampling.places(among: series.points.count, limit: NoiseFigure.limit).map { place in
        let point = series.points[place]
        return LineChart.Point(step: point.step, value: NoiseFigure.ratio(point))
      },
      divergedAt: run.divergedAt, events: run.marks(of: series.layer))
  }

  /// The most runs whose verdicts are sentences; those of more are a table.
  private static let mostVerdicts = 2

  /// A folded table of the verdicts on many runs.
  private func verdicts(_ shown: [ReportedRun], _ layers: [Int]) -> HTML {
    guard shown.count > NoiseFigure.mostVerdicts else { return "" }
    let labels = shown.labels
    let table = HTMLTable(
      caption: "Shifts of at least twice the floor", corner: "layer",
      columns: shown.map(\.swatchedName),
      rows: layers.map { layer in
        HTMLTable.Row(
          heading: "\(labels.label(of: layer))",
          cells: shown.map { run in
            run.betweenBatches.first { $0.layer == layer }.map { "\(verdict(on: $0))" }
              ?? "not measured"
          })
      })
    return """
      <details><summary>Shifts of at least twice the floor, by layer and run</summary>
      \(table.html)</details>

      """
  }

  /// The number of shifts of at least twice the sampling floor, and of all.
  private func verdict(on series: ShiftSeries) -> String {
    let floored = series.points.compactMap(\.floored)
    return "\(floored.count { $0.isDistinguishable }.grouped) of \(floored.count.grouped)"
  }

  /// The number of shifts above the sampling floor, layer by layer.
  private func verdict(on run: ReportedRun) -> String {
    let layers = run.betweenBatches.map { (layer: $0.layer, text: verdict(on: $0)) }
    guard layers.count > LayerGroups.many else {
      let all = layers.map { "\($0.text) shifts of \(run.labels.words(of: $0.layer))" }
      return "at least twice the floor: " + all.joined(separator: ", ") + "."
    }
    return "at least twice the floor: \(run.labels.note(layers, separator: ", "))."
  }
}
