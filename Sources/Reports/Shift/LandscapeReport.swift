package import RunModel
package import ShiftAnalysis

/// Reports the loss landscape along the gradient, at the steps of a run where it was measured.
package enum LandscapeReport {
  /// The answer with a row for each step, and for programs another for each point of the landscape.
  package static func answer(_ landscapes: [LossLandscape], of run: Run) -> Answer {
    let steps = AnswerTable(
      "landscape",
      Column.run
        + [
          "step", "loss", "loss_min", "loss_max", "gradient_norm", "gradient_predictiveness",
          "effective_smoothness", "smoothness_step_length",
        ].map { .number($0) }
        // One number for the run, which the notes have.
        + [.number("inverse_smallest_step_length").for(.programs)]
    ) { rows in
      rows.share(run.cells)
      for landscape in rows.chosen(of: landscapes) {
        try rows.row(
          landscape.step, landscape.start.loss, landscape.lowestLoss, landscape.highestLoss,
          landscape.start.gradientNorm, landscape.gradientPredictiveness,
          landscape.effectiveSmoothness, landscape.smoothnessLength,
          landscape.inverseOfSmallestLength)
      }
    }
    let points = AnswerTable(
      "point", for: .programs,
      Column.run
        + ["step", "loss", "gradient_norm", "step_length", "difference_norm"].map { .number($0) }
    ) { rows in
      rows.share(run.cells)
      for point in landscapes.flatMap(\.points) {
        try rows.row(
          point.step, point.loss, point.gradientNorm, point.stepLength, point.differenceNorm)
      }
    }
    let inverse = landscapes.first.map { Phrase.number($0.inverseOfSmallestLength) } ?? "1/η"
    return Answer(
      finding: LandscapeFinding(landscapes, of: run).sentences,
      notes: [
        "\(run.label): loss and gradient of a step's batch at W - η·g, for \(landscapes.first?.points.count ?? 0) lengths η (Santurkar et al. 2018, section 3.2)",
        "gradient_predictiveness: the largest ‖g - g(η)‖; effective_smoothness: the largest ‖g - g(η)‖ / (η ‖g‖), at smoothness_step_length",
        "effective_smoothness near \(inverse), the inverse of the smallest η, is an artifact: it was too long",
      ], [steps, points])
  }
}
