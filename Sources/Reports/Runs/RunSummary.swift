package import RunModel
import ShiftAnalysis

/// The outcome of a run in a few lines.
package struct RunSummary {
  /// The lines.
  package let text: String

  /// Sums up `run`.
  ///
  /// - Throws: `StoreError`.
  package init(_ run: Run, in database: any RunReading) throws {
    var lines = [
      "run \(run.shortID) (\(run.name.withoutControlCharacters)): \(run.status.rawValue), \(run.stepCount) steps in "
        + "\(NumberFormat.significant(run.elapsedSeconds, 3)) s"
        + (run.recordingSlowdown.map {
          ", recording included (\(NumberFormat.fixed($0, 3))x)"
        } ?? "")
    ]
    if let step = try database.lastStep(of: run) {
      lines.append("training loss of the last batch: \(NumberFormat.significant(step.loss))")
    }
    for evaluation in try database.lastEvaluations(of: run) {
      let statistics =
        evaluation.statistics == .none ? "" : " with \(evaluation.statistics.words)"
      let figure =
        evaluation.accuracy.isNaN
        ? "loss\(statistics): \(NumberFormat.significant(evaluation.loss))"
        : "accuracy\(statistics): \(NumberFormat.percent(evaluation.accuracy))"
      lines.append("\(evaluation.split.rawValue) \(figure)")
    }
    text = lines.map { $0 + "\n" }.joined()
  }
}
