package import ShiftAnalysis

import RunModel

/// What a comparison of two runs found, with numbers and sentences that are true whichever run moved more.
package struct ComparisonFinding {
  /// The comparison.
  let comparison: RunComparison
  /// The names of the two runs, which differ.
  package let names: [String]

  /// Prepares the finding.
  package init(_ comparison: RunComparison) {
    self.comparison = comparison
    names = RunNames(comparison.runs).all
  }

  /// The layers whose distances are of the same examples and the same tensor in both runs.
  package var layers: [RunComparison.LayerDrift] {
    comparison.drifts.filter {
      $0.coordinates[0].population == $0.coordinates[1].population
        && $0.coordinates[0].tap == $0.coordinates[1].tap
    }
  }

  /// The ratios of the second run's figure to the first's, by layer, where both are defined and more than 0.
  func ratios(_ value: (LayerMovement) -> Double?) -> [(layer: Int, ratio: Double)] {
    layers.compactMap { drift in
      let values = drift.movements.map(value)
      guard let first = values[0], let second = values[1], first > 0, second > 0 else { return nil }
      return (drift.layer, second / first)
    }
  }

  /// The sentences, of layers by `labels`.
  package func sentences(_ labels: LayerLabels) -> [String] {
    movement(labels) + normalized(labels) + prediction(labels)
  }

  // MARK: - Raw distances

  /// Which run moved less, and in how many layers.
  private func movement(_ labels: LayerLabels) -> [String] {
    guard !comparison.drifts.isEmpty else {
      return ["The runs recorded no tensor in common, so how far they moved is not compared."]
    }
    guard let first = layers.first else {
      return [
        "The runs recorded other examples, so how far they moved is not compared: "
          + Phrase.list(comparison.drifts[0].coordinates.map(\.population.rawValue)) + "."
      ]
    }
    let ratios = ratios(\.distances.total)
    guard !ratios.isEmpty else {
      let isUndefined = layers.contains { $0.movements.contains { $0.distances.total == nil } }
      return [
        "No layer has a distance \(isUndefined ? "that is a number" : "above 0") in both runs\(isUndefined ? " at the end" : ""), so none is compared."
      ]
    }
    let what =
      "W2 of the \(first.coordinates[0].tap.rawValue) from the start to the end, median unit"
    guard ratios.count > 1 else {
      let movements = layers.first { $0.layer == ratios[0].layer }?.movements ?? []
      let values = movements.compactMap(\.distances.total).map(Phrase.number)
      let words = RatioWords(ratios[0].ratio)
      return [
        "\(labels.words(of: ratios[0].layer).capitalizedStart) moved \(words.comparison) in \(names[1]) \(words.conjunction) in "
          + "\(names[0]): \(Phrase.list(values.reversed())) (\(what))."
      ]
    }
    let groups = RatioWords.Direction.allCases.compactMap { direction -> String? in
      let members = ratios.map { RatioWords($0.ratio) }.filter { $0.direction == direction }
      guard !members.isEmpty else { return nil }
      let count =
        members.count == ratios.count
        ? Phrase.all(ratios.count, "layer") : "\(members.count) of \(ratios.count) layers"
      return "\(count) moved \(direction.rawValue)\(RatioWords.range(members))"
    }
    return [
      "In \(names[1]) \(Phrase.list(groups)), compared with \(names[0]) (\(what))."
    ]
  }

  // MARK: - What the normalized distances divide by

  /// Where normalized distances say something else, because the standard deviations that they divide by differ.
  private func normalized(_ labels: LayerLabels) -> [String] {
    let raw = Dictionary(
      uniqueKeysWithValues: ratios(\.distances.total).map { ($0.layer, $0.ratio) })
    let normalized = ratios(\.normalized).filter { raw[$0.layer] != nil }
    func factor(_ ratio: Double) -> Double { max(ratio, 1 / ratio) }
    let farthest = normalized.max {
      factor($0.ratio / (raw[$0.layer] ?? 1)) < factor($1.ratio / (raw[$1.layer] ?? 1))
    }
    guard let farthest, let rawRatio = raw[farthest.layer],
      factor(farthest.ratio / rawRatio) > 1.25,
      let movements = layers.first(where: { $0.layer == farthest.layer })?.movements
    else { return [] }
    let deviations = movements.map { $0.startDeviation.map(Phrase.number) ?? "undefined" }
    let values = movements.map { $0.normalized.map(Phrase.number) ?? "undefined" }
    return [
      "In sd at the start that is \(values[1]) and \(values[0]) in \(labels.words(of: farthest.layer)), "
        + "\(RatioWords(farthest.ratio).comparison) instead of \(RatioWords(rawRatio).comparison), because these sd differ: "
        + "\(deviations[1]) and \(deviations[0])."
    ]
  }

  // MARK: - Prediction

  /// The last layer whose batch norm, in either run, has an output of which both modes are known.
  var predictedLayer: RunComparison.LayerDrift? {
    layers.last { drift in
      drift.movements.contains { $0.outputByRunning?.total != nil }
        && drift.movements.allSatisfy { $0.inPrediction?.total != nil }
    }
  }

  /// How far batch norm's output moved with running statistics, beside its output with the batch's own.
  private func prediction(_ labels: LayerLabels) -> [String] {
    guard let drift = predictedLayer else { return [] }
    let parts = zip(names, drift.movements).map { name, movement in
      let total = movement.inPrediction?.total.map(ComparisonFinding.digits) ?? "undefined"
      guard let byBatch = movement.outputByBatch?.total else { return "\(total) in \(name)" }
      return
        "\(total) in \(name) (\(ComparisonFinding.digits(byBatch)) on the batch's own statistics)"
    }
    let head =
      "What the nonlinearity of \(labels.words(of: drift.layer)) gets in prediction (running statistics) moved "
      + "\(Phrase.list(parts))"
    return ["\(head)\(later(drift))."]
  }

  /// The same from a quarter of the run on, when running averages had time to follow.
  private func later(_ drift: RunComparison.LayerDrift) -> String {
    let outputs = drift.movements.map(\.inPrediction)
    guard let step = outputs[0]?.laterStep, step == outputs[1]?.laterStep,
      let first = outputs[0]?.later, let second = outputs[1]?.later
    else { return "" }
    return
      "; from step \(step) on \(ComparisonFinding.digits(first)) and \(ComparisonFinding.digits(second))"
  }

  /// A number with two significant digits, also where the second is 0: "0.50".
  private static func digits(_ value: Double) -> String { NumberFormat.measured(value, 2) }
}
