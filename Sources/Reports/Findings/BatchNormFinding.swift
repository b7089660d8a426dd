import RunModel
package import ShiftAnalysis

/// The finding of the comparison of a network without batch norm (the first run) and with it (the second), as a few lines
/// for a terminal.
package struct BatchNormFinding {
  private let finding: ComparisonFinding
  /// The names of the runs in a heading.
  private let names = ["without", "with batch norm"]

  /// Prepares the finding.
  package init(_ comparison: RunComparison) { finding = ComparisonFinding(comparison) }

  /// The lines: accuracies, distances, and what they say together.
  package var lines: [String] {
    TextColumns.aligned(accuracies) + [""]
      + BatchNormFinding.wrapped(
        "How far each layer's preactivation moved from the start to the end: Wasserstein distance (W2) on held-out examples, "
          + "median unit, and in standard deviations (sd) at the start")
      + TextColumns.aligned(distances) + BatchNormFinding.wrapped(prediction) + [""]
      + BatchNormFinding.wrapped(conclusion)
  }

  /// A text as lines that fit every terminal.
  private static func wrapped(_ text: String) -> [String] {
    text.isEmpty ? [] : text.wrapped(toWidth: 80, laterWidth: 80)
  }

  /// A number with two significant digits, as in a column of them: 1.0, not 1.
  private static func digits(_ value: Double) -> String { NumberFormat.measured(value, 2) }

  // MARK: - Accuracy

  private var accuracies: [[String]] {
    let figures = finding.comparison.figures
    var rows = [[""] + names]
    if let level = AccuracyLevel(figures) {
      rows.append(["\(level.percent) % test accuracy at"] + level.steps.map { "step \($0)" })
    }
    let last = figures.map(\.primaryEvaluations.last)
    rows.append(
      ["test accuracy at the end"]
        + last.map { $0?.accuracy.map(Phrase.percent) ?? "unknown" }
        + [last[1].map { $0.statistics.words } ?? ""])
    return rows
  }

  // MARK: - Distances

  private var distances: [[String]] {
    let layers = finding.layers
    let header = ["", names[0], "in sd", "start sd", "with", "in sd", "start sd", ""]
    return [header]
      + layers.map { drift in
        let numbers = drift.movements.flatMap { movement in
          [movement.distances.total, movement.normalized, movement.startDeviation].map {
            $0.map(BatchNormFinding.digits) ?? "undefined"
          }
        }
        let isLast = drift.layer == layers.last?.layer && layers.count > 1
        let ratio = finding.ratios(\.distances.total).first { $0.layer == drift.layer }
        return [isLast ? "logits" : "layer \(drift.layer)"] + numbers
          + [ratio.map { RatioWords($0.ratio).comparison } ?? ""]
      }
  }

  /// What the nonlinearity gets; empty where that is unknown.
  private var prediction: String {
    guard let drift = finding.predictedLayer, let with = drift.movements.last,
      let byRunning = with.inPrediction?.total, let plain = drift.movements[0].inPrediction?.total
    else { return "" }
    let byBatch = with.outputByBatch?.total.map(BatchNormFinding.digits) ?? "undefined"
    return
      "What the nonlinearity of layer \(drift.layer) gets: with batch norm \(byBatch) on the batch's own statistics and "
      + "\(BatchNormFinding.digits(byRunning)) in prediction (running statistics), without \(BatchNormFinding.digits(plain))"
  }

  // MARK: - What it says

  private var conclusion: String {
    let hidden = finding.predictedLayer?.layer
    let normalized = finding.ratios(\.distances.total).filter { $0.layer <= hidden ?? 0 }
    guard !normalized.isEmpty, let drift = finding.predictedLayer else {
      return "So nothing is said about batch norm: its layers have no distances to compare."
    }
    let directions = Set(normalized.map { RatioWords($0.ratio).direction })
    let input =
      switch directions {
      case [.less]: "With batch norm what enters it moved less"
      case [.more]: "With batch norm what enters it moved more, not less"
      case [.alike]: "What enters batch norm moved as far as without it"
      default: "With batch norm what enters it moved less in some layers and not in others"
      }
    return "\(input); \(output(drift))"
  }

  private func output(_ drift: RunComparison.LayerDrift) -> String {
    let outputs = drift.movements.map(\.inPrediction)
    guard let plain = outputs[0]?.total, let total = outputs[1]?.total, plain > 0, total > 0 else {
      return "what leaves it in prediction is unknown."
    }
    let words = RatioWords(total / plain)
    let head = "what leaves it in prediction moved \(words.comparison) \(words.conjunction) without"
    guard let step = outputs[1]?.laterStep, outputs[0]?.laterStep == step,
      let later = outputs[1]?.later, let plainLater = outputs[0]?.later
    else { return head + "." }
    let numbers =
      "\(BatchNormFinding.digits(later)) against \(BatchNormFinding.digits(plainLater))"
    if words.direction == .more && later < plainLater && later < total / 2 {
      return
        "\(head), mostly in the first \(step) steps, while the running averages warmed up: from step \(step) on \(numbers)."
    }
    return "\(head) (from step \(step) on \(numbers))."
  }
}
