import RunModel
import ShiftAnalysis
import Statistics

/// What a comparison of two data sets found: whether they are distinguishable, what that cost a network, and what the
/// cost does not show.
struct DataShiftFinding {
  private let shift: DataShift

  /// Prepares the finding.
  init(_ shift: DataShift) {
    self.shift = shift
  }

  /// The sentences.
  var sentences: [String] { [features] + size + score }

  /// The verdict on the features.
  private var features: String {
    guard let largest = shift.features.units.max(by: { $0.ratio < $1.ratio }) else {
      return "No feature can be compared: each is one constant in both data sets, or not finite."
    }
    let times =
      "feature \(shift.featureName(largest.unit)) has \(NumberFormat.significant(largest.ratio, 3)) times its threshold"
    return shift.features.isDistinguishable
      ? "The data are distinguishable: \(times)."
      : "The data are not distinguishable: at most, \(times)."
  }

  /// How far the features and the layers moved: a ratio to a threshold says how sure a shift is, not how large.
  private var size: [String] {
    guard let moved = median(of: shift.features) else { return [] }
    let layers = shift.layers.enumerated().compactMap { index, layer in
      median(of: layer).map { (number: index + 1, distance: $0) }
    }
    let most = layers.max { $0.distance < $1.distance }.map {
      ", and of \(counted(layers.count, "layer")) layer \($0.number) most, \(Phrase.number($0.distance)) sd"
    }
    return ["The median feature moved \(Phrase.number(moved)) sd (nw2)\(most ?? "")."]
  }

  private func median(of shift: TensorShift) -> Double? {
    let values = shift.units.compactMap { $0.values[.normalizedW2] }.filter(\.isFinite)
    return values.isEmpty ? nil : UnitAggregate.median.summary(of: values).value
  }

  // MARK: - The network's score

  private var score: [String] {
    guard let network = shift.network, let score = network.score else { return [] }
    return [size(of: score, network.run)] + adaptation(of: score) + [doubt(about: score)]
  }

  /// The figure of the same examples before their corruption or, without one, of the other data.
  private func clean(_ score: DataShiftScore) -> Double {
    shift.corruptions.isEmpty ? score.reference : score.original
  }

  /// By how much the figure is worse on the target.
  private func size(of score: DataShiftScore, _ run: Run) -> String {
    let isAccuracy = score.figure == .accuracy
    func words(_ value: Double) -> String {
      isAccuracy ? Phrase.percent(value) : Phrase.number(value)
    }
    let difference = score.target - clean(score)
    let change =
      isAccuracy
      ? "\(NumberFormat.fixed(abs(difference) * 100, 1)) points"
      : Phrase.number(abs(difference))
    let place = shift.corruptions.isEmpty ? "on the reference" : "before the corruption"
    let comparison =
      difference == 0
      ? "as \(place)"
      : "\(change) \(difference < 0 ? "lower" : "higher") than \(place) (\(words(clean(score))))"
    return
      "On the target, \(run.words) has \(score.figure.rawValue) \(words(score.target)) with running statistics, \(comparison)."
  }

  private func adaptation(of score: DataShiftScore) -> [String] {
    guard let adapted = score.adapted else { return [] }
    let value =
      score.figure == .accuracy ? Phrase.percent(adapted) : Phrase.number(adapted)
    return ["Statistics adapted to the target give \(value), \(effect(of: adapted, score))."]
  }

  /// The share of the loss by the corruption, or by the other data, that adaptation recovers.
  func effect(of adapted: Double, _ score: DataShiftScore) -> String {
    // A loss is better where it is smaller.
    let sign = score.figure == .accuracy ? 1.0 : -1.0
    let lost = sign * (clean(score) - score.target)
    let gained = sign * (adapted - score.target)
    if gained < 0 { return "worse than without adaptation" }
    guard lost > 0 else { return "where nothing was lost" }
    return "which recovers \(NumberFormat.fixed(100 * gained / lost, 0)) % of what was lost"
  }

  /// What the score does not show, and how uncertain its examples leave it.
  private func doubt(about score: DataShiftScore) -> String {
    let cause =
      shift.corruptions.isEmpty
      ? "whether the features, harder examples or other labels are the cause"
      : "which of the features is the cause"
    guard score.figure == .accuracy else { return "This does not show \(cause)." }
    let count = Double(shift.target.count)
    let error = 100 * (score.target * (1 - score.target) / count).squareRoot()
    return
      "This does not show \(cause); the accuracy of \(shift.target.count) examples has a standard error of "
      + "\(NumberFormat.fixed(error, 1)) points."
  }
}
