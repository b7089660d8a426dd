package import RunModel
package import ShiftAnalysis
import Statistics

/// Reports shift series of one run from histograms, with the coordinates that their numbers depend on.
package enum HistogramShiftReport {
  /// The answer with a row for each layer and step.
  package static func answer(_ series: [HistogramShiftSeries], of run: Run, _ layers: RunLayers)
    -> Answer
  {
    let labels = LayerLabels(layers)
    let measures = series.first?.measures ?? []
    let isMany = series.count > WorstFirst.limit
    let columns =
      Column.run + Column.coordinates
      + [Column.text("aggregate").for(.programs)] + labels.columns
      + [Column.number("step").key, .number("reference_step").ranked(3)]
      + measures.map { .number($0.rawValue) }
      + ["count", "bins", "units", "excluded_units"].map { .number($0).ranked(2) }
    let table = AnswerTable("shift", columns) { rows in
      let shown =
        rows.isBrief ? WorstFirst.of(series) { [$0.points.last?.values[0]] } : series
      for series in shown {
        rows.share(
          run.cells + series.coordinates.cells
            + [series.aggregate] + labels.cells(of: series.layer))
        for point in rows.chosen(of: series.points, lastAlone: isMany) {
          try rows.row(
            [point.step, point.referenceStep] + point.values
              + [point.count, series.bins, series.width, point.excludedUnits]
              as [any CellConvertible])
        }
      }
    }
    return Answer(
      finding: finding(series, of: run, labels),
      notes: notes(series, of: run, labels),
      omission: WorstFirst.note(
        series.count,
        "the largest \(measures.first?.rawValue ?? "shift") first, each at its last step"),
      [table])
  }

  /// The layer that moved most by the first measure, and how far.
  private static func finding(
    _ series: [HistogramShiftSeries], of run: Run, _ labels: LayerLabels
  ) -> [String] {
    let last = series.compactMap { series in
      series.points.last.flatMap { point in
        point.values[0].map { (layer: series.layer, point: point, value: $0) }
      }
    }
    guard let most = last.max(by: { $0.value < $1.value }), let first = series.first else {
      return ["\(run.words): the shift is undefined in every layer."]
    }
    let others = last.filter { $0.layer != most.layer }.map(\.value)
    let rest =
      others.isEmpty
      ? ""
      : "; the other \(counted(others.count, "layer")) at most \(Phrase.number(others.max() ?? 0))"
    return [
      "\(run.words): \(labels.words(of: most.layer)) moved\(others.isEmpty ? "" : " most"), \(first.measures[0].rawValue) "
        + "\(Phrase.number(most.value)) from \(first.coordinates.reference.label) to step \(most.point.step)\(rest)."
    ]
  }

  private static func notes(
    _ series: [HistogramShiftSeries], of run: Run, _ labels: LayerLabels
  ) -> [String] {
    guard let first = series.first else { return [] }
    let counts = series.flatMap { $0.points.map(\.count) }
    var notes = [
      "\(run.label): \(first.coordinates.words); \(first.aggregate.rawValue) over the units of a layer",
      "histograms of \(counts.max() ?? 0) numbers in \(first.bins) bins with fixed edges, and one bin below and one above; "
        + "the probe never changes, so every difference is a change of the weights",
    ]
    notes += first.measures.map { "\($0.rawValue): \($0.definition), \($0.unit)" }
    notes += labels.cautions(series.map { ($0.layer, $0.coordinates) })
    let uncompared = first.coordinates.reference.uncomparedCount
    if series.contains(where: { $0.points.count < $0.recordedCount - uncompared }) {
      notes.append(
        Answer.sampledNote(
          series.map { ($0.layer, $0.points.count, $0.recordedCount) }, labels))
    }
    return notes
  }
}
