package import RunModel
package import ShiftAnalysis

/// Reports how much the updates of a run changed the gradient of each layer's weights.
package enum GradientShiftReport {
  /// The answer with a row for each layer and step, one layer after the other.
  package static func answer(_ shifts: [GradientShiftRecord], of run: Run, _ layers: RunLayers)
    -> Answer
  {
    let labels = LayerLabels(layers)
    let columns =
      Column.run + labels.columns
      + ["step", "gradient_norm", "difference_norm", "relative_difference", "cosine"].map {
        .number($0)
      }
    let series = Dictionary(grouping: shifts, by: \.layer).sorted { $0.key < $1.key }.map(\.value)
    let isMany = series.count > WorstFirst.limit
    let table = AnswerTable("gradient_shift", columns) { rows in
      let shown =
        rows.isBrief ? WorstFirst.of(series) { [$0.last?.relativeDifference] } : series
      for series in shown {
        rows.share(run.cells + labels.cells(of: series[0].layer))
        for shift in rows.chosen(of: series, lastAlone: isMany) {
          try rows.row(
            shift.step, shift.gradientNorm, shift.differenceNorm, shift.relativeDifference,
            shift.cosine)
        }
      }
    }
    return Answer(
      finding: GradientFinding(series, of: run, labels).sentences,
      notes: [
        "\(run.label): how much the update of a step changed the gradient of each layer's weights",
        "through the layers before it, on the same batch (Santurkar et al. 2018, Definition 2.1); layer 1 has none before it",
        "difference_norm: ‖G - G'‖; relative_difference: ‖G - G'‖ / ‖G‖; cosine: of the angle between G and G'",
      ],
      omission: WorstFirst.note(
        series.count, "the largest relative_difference first, each at its last step"), [table])
  }
}
