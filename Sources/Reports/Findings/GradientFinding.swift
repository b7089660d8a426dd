import RunModel
import ShiftAnalysis

/// The finding on gradient shifts: which layer's gradient the last measured update changed most.
struct GradientFinding {
  private let series: [[GradientShiftRecord]]
  private let run: Run
  private let labels: LayerLabels

  /// Prepares the finding; `series` has the records of a layer each.
  init(_ series: [[GradientShiftRecord]], of run: Run, _ labels: LayerLabels) {
    self.series = series
    self.run = run
    self.labels = labels
  }

  /// The sentences.
  var sentences: [String] {
    // No layer is before the first one, so that its gradient cannot change.
    let last = series.compactMap(\.last).filter { $0.layer > 1 }
    let known = last.filter { $0.relativeDifference.isFinite }
    guard let most = known.max(by: { $0.relativeDifference < $1.relativeDifference }) else {
      return [
        "\(run.words): no gradient shift of a layer after the first is defined at its last measured step."
      ]
    }
    let others = known.filter { $0.layer != most.layer }.map(\.relativeDifference)
    let rest =
      others.isEmpty
      ? ""
      : others.count == 1
        ? "; that of the other layer by \(Phrase.percent(others[0]))"
        : "; those of the other \(others.count) layers by \(Phrase.percent(others.min() ?? 0)) to \(Phrase.percent(others.max() ?? 0))"
    let undefined = last.count - known.count
    return [
      "\(run.words): at step \(most.step) the update of the layers before it changed the gradient of \(labels.words(of: most.layer)) "
        + "most, by \(Phrase.percent(most.relativeDifference)) of its norm (cosine \(NumberFormat.significant(most.cosine, 2)))\(rest)."
    ]
      + (undefined > 0
        ? ["In \(counted(undefined, "layer")) it is undefined: NaN, or a gradient of 0."] : [])
  }
}
