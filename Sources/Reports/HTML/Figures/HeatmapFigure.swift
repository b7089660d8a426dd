import ShiftAnalysis

/// A figure of the shift of every layer at every step on one scale, a map for each run.
struct HeatmapFigure {
  let all: ReportedRuns

  /// The least number of layers of which a report shows maps.
  static let leastLayers = 3

  /// The figure.
  var answer: FigureAnswer {
    let shown = all.representatives.filter { !$0.sinceStart.isEmpty }
    let labels = shown.labels
    let layers = Set(shown.flatMap { $0.sinceStart.map(\.layer) })
    guard let series = shown.first?.sinceStart.first else {
      return .missing(
        "No run recorded moments after its start, so there is no map of shifts.", isExpected: false)
    }
    let measure = ShiftFigures.measure(of: series)
    let maps = LayerMaps(
      shown.map { LayerMaps.Source(heading: $0.label, series: $0.sinceStart) }, labels,
      measure: measure
    ) { $0.values[0] }.maps
    guard !maps.isEmpty else {
      return .missing("The recorded shifts have no number that could be drawn.", isExpected: false)
    }
    let tensors = shown.tensors(\.sinceStart).joined(separator: " or ")
    return .figure(
      Figure(
        kind: .heatmap,
        title:
          "Shift of the \(tensors) of \(layers.count == 1 ? "the layer" : Phrase.all(layers.count, "layer")) since the start, on one scale",
        panels: maps,
        caption: """
          <p>\(LayerMaps.reading) All maps have one scale, so that a shade is the same shift in each. On the right, the last \
          value.</p>
          \(all.representativeNote)\(all.runs.absenceNote("without moments") { !$0.sinceStart.isEmpty })
          """,
        footnotes: ShiftNotes.coordinates(of: shown, [\.sinceStart])))
  }
}
