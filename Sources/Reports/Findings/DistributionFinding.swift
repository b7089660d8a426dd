import RunModel
import ShiftAnalysis

/// The finding on distributions: the layer whose spread changed most since the first step that is shown.
struct DistributionFinding {
  private let series: [DistributionSeries]
  private let run: Run
  private let labels: LayerLabels

  /// Prepares the finding.
  init(_ series: [DistributionSeries], of run: Run, _ labels: LayerLabels) {
    self.series = series
    self.run = run
    self.labels = labels
  }

  /// The sentences.
  var sentences: [String] {
    let changes = series.compactMap {
      series -> (layer: Int, from: DistributionSeries.Point, to: DistributionSeries.Point)? in
      guard let first = series.points.first, let last = series.points.last, first.step < last.step,
        first.deviation > 0, last.deviation > 0, last.deviation.isFinite
      else { return nil }
      return (series.layer, first, last)
    }
    func factor(
      _ change: (layer: Int, from: DistributionSeries.Point, to: DistributionSeries.Point)
    ) -> Double {
      let ratio = change.to.deviation / change.from.deviation
      return max(ratio, 1 / ratio)
    }
    guard let most = changes.max(by: { factor($0) < factor($1) }) else {
      return ["\(run.words): no layer has two steps with an sd above 0 to compare."] + nonFinite
    }
    let unit = series.first?.unit.map { "unit \($0) of " } ?? ""
    let numbers = [most.from.deviation, most.to.deviation, most.from.mean, most.to.mean].map(
      Phrase.number)
    return [
      "\(run.words): the sd of \(unit)\(labels.words(of: most.layer)) changed\(changes.count > 1 ? " most" : ""), from \(numbers[0]) at step "
        + "\(most.from.step) to \(numbers[1]) at step \(most.to.step) (\(Phrase.number(factor(most))) times "
        + "\(most.to.deviation < most.from.deviation ? "less" : "as much")); its mean went from \(numbers[2]) to \(numbers[3])."
    ] + nonFinite
  }

  private var nonFinite: [String] {
    let layers = series.filter { $0.points.contains { $0.nonFiniteCount > 0 } }.map(\.layer)
    return layers.isEmpty
      ? [] : ["Elements of \(labels.words(of: layers)) are NaN or infinite at some of these steps."]
  }
}
