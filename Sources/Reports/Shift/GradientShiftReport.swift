package import RunModel

/// Reports how much the updates of a run changed the gradient of each layer's weights.
package enum GradientShiftReport {
  /// The answer with a row for each layer and step, one layer after the other.
  package static func answer(_ shifts: [GradientShiftRecord], of run: Run) -> Answer {
    let columns =
      Column.run
      + ["layer", "step", "gradient_norm", "difference_norm", "relative_difference", "cosine"].map {
        .number($0)
      }
    let table = AnswerTable("gradient_shift", columns) { rows in
      rows.share(run.cells)
      for layer in Set(shifts.map(\.layer)).sorted() {
        for shift in shifts where shift.layer == layer {
          try rows.row(
            layer, shift.step, shift.gradientNorm, shift.differenceNorm, shift.relativeDifference,
            shift.cosine)
        }
      }
    }
    return Answer(
      notes: [
        "\(run.label): how much the update of a step changed the gradient of each layer's weights",
        "through the layers before it, on the same batch (Santurkar et al. 2018, Definition 2.1); layer 1 has none before it",
        "difference_norm: ‖G - G'‖; relative_difference: ‖G - G'‖ / ‖G‖; cosine: of the angle between G and G'",
      ], [table])
  }
}
