import RunModel
import ShiftAnalysis

/// What came of a run: its last evaluation of each split or, without any, its last training loss.
struct OutcomeFinding {
  let run: Run
  /// The last evaluations, of each split in a row.
  let evaluations: [EvaluationRecord]
  /// The loss of the newest step; nil where it is unknown.
  let lastLoss: Double?

  /// The sentence.
  var sentence: String {
    let ended =
      run.status == .finished
      ? "" : " (\(run.status.rawValue) after \(counted(run.stepCount, "step")))"
    return "\(run.words)\(ended): \(figures ?? "no step was recorded")."
  }

  private var figures: String? {
    guard !evaluations.isEmpty else {
      return lastLoss.map { "training loss \(RunSparklines.number($0)) in the last batch" }
    }
    return EvaluationWords(evaluations, of: run).ofAllSplits
  }
}
