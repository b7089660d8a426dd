package import RunModel

/// The last evaluations of a run in words, by split, such as "test accuracy 97.7 % and loss 0.09 with running statistics".
package struct EvaluationWords {
  private let run: Run
  private let evaluations: [EvaluationRecord]

  /// Describes the evaluations of a run: of each split in a row, one for each statistics mode.
  package init(_ evaluations: [EvaluationRecord], of run: Run) {
    self.run = run
    self.evaluations = evaluations
  }

  /// The words of every split; nil where no accuracy or loss is known.
  package var ofAllSplits: String? {
    let splits = evaluations.map(\.split).reduce(into: [EvaluationRecord.Split]()) {
      splits, split in if splits.last != split { splits.append(split) }
    }
    let words = splits.compactMap(words)
    return words.isEmpty ? nil : words.joined(separator: "; ")
  }

  /// The words of the split that represents the run; nil where no accuracy or loss of it is known.
  var ofRepresentative: String? { evaluations.map(\.split).representative.flatMap(words) }

  private func words(of split: EvaluationRecord.Split) -> String? {
    let known = evaluations.filter {
      $0.split == split && ($0.accuracy != nil || $0.loss != nil)
    }
    guard let last = known.last else { return nil }
    // The step of them all is said once.
    let isOneStep = known.allSatisfy { $0.step == last.step }
    let figures = known.map { words(of: $0) + (isOneStep ? "" : place(of: $0)) }
    return "\(split.rawValue) \(figures.joined(separator: ", "))"
      + (isOneStep ? place(of: last) : "")
  }

  /// The accuracy and the loss, as far as they are known.
  private func words(of evaluation: EvaluationRecord) -> String {
    let figures = [
      evaluation.accuracy.map { "accuracy \(NumberFormat.percent($0))" },
      evaluation.loss.map { "loss \(RunSparklines.number($0))" },
    ].compactMap { $0 }
    let statistics = evaluation.statistics == .none ? "" : " with \(evaluation.statistics.words)"
    return figures.joined(separator: " and ") + statistics
  }

  /// The step, where the run has gone on since.
  private func place(of evaluation: EvaluationRecord) -> String {
    evaluation.step < run.stepCount ? " at step \(evaluation.step)" : ""
  }
}
