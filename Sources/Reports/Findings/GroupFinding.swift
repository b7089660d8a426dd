import RunModel
import ShiftAnalysis
import Statistics

/// What a comparison of two groups of runs found: the size of the difference, the number of pairs, and whether the
/// difference exceeds the spread of the runs of one group.
struct GroupFinding {
  private let comparison: GroupComparison
  private let labels: LayerLabels

  /// Prepares the finding.
  init(_ comparison: GroupComparison, _ labels: LayerLabels) {
    self.comparison = comparison
    self.labels = labels
  }

  /// The sentences on the result of the training, the layers and what the number of pairs allows.
  var sentences: [String] { [result].compactMap { $0 } + movement + [doubt].compactMap { $0 } }

  /// The fewest pairs of which a sign test can give p below 0.05.
  private static let fewestPairs = 6

  // MARK: - The result

  /// The test accuracy or, without one, a loss.
  private var resultQuantity: GroupComparison.Quantity? {
    let results = comparison.quantities.filter { $0.layer == nil }
    return ["test accuracy", "test loss", "training loss"].lazy
      .compactMap { name in results.first { $0.name.hasPrefix(name) } }.first
  }

  /// The difference of the result.
  private var result: String? {
    guard let quantity = resultQuantity else { return nil }
    let isAccuracy = quantity.name.hasPrefix("test accuracy")
    func words(_ value: Double) -> String {
      isAccuracy ? Phrase.percent(value) : Phrase.number(value)
    }
    func size(_ difference: Double) -> String {
      isAccuracy
        ? "\(NumberFormat.fixed(abs(difference) * 100, 1)) points" : Phrase.number(abs(difference))
    }
    let medians = quantity.bands.map(\.median)
    let pairs = counted(quantity.bands[0].count, "pair")
    let head = "Over \(pairs), \(quantity.name.replacing(", ", with: " with ")) is"
    guard quantity.medianDifference != 0 else {
      return "\(head) the same in the second group (\(words(medians[1])), median)."
    }
    let isHigher = quantity.medianDifference > 0
    let agreeing =
      isHigher ? quantity.signTest.positiveCount : quantity.signTest.negativeCount
    let spread = spread(of: quantity)
    return
      "\(head) \(size(quantity.medianDifference)) \(isHigher ? "higher" : "lower") in the second group (median; in "
      + "\(agreeing) of \(pairs)): \(words(medians[1])) against \(words(medians[0]))."
      + (quantity.bands[0].count < 2
        ? ""
        : " That \(exceeds(quantity) ? "exceeds" : "does not exceed") the spread of a group's runs, \(size(spread)) (\(ends(quantity))).")
  }

  /// How far apart the runs of one group are, of the group in which they are farther.
  private func spread(of quantity: GroupComparison.Quantity) -> Double {
    quantity.bands.map { $0.upper - $0.lower }.max() ?? 0
  }

  private func exceeds(_ quantity: GroupComparison.Quantity) -> Bool {
    abs(quantity.medianDifference) > spread(of: quantity)
  }

  /// Between which of its runs a spread is.
  private func ends(_ quantity: GroupComparison.Quantity) -> String {
    quantity.bands[0].count < GroupBand.leastCountOfQuartiles
      ? "smallest to largest" : "first to third quartile"
  }

  // MARK: - The layers

  /// In which layers the second group moved less or more, and where that exceeds the spread.
  var movement: [String] {
    let moved = comparison.quantities.compactMap { quantity in
      quantity.isShift ? quantity.layer.map { (layer: $0, quantity: quantity) } : nil
    }
    guard let first = moved.first else { return [] }
    let directions: [(word: String, includes: (Double) -> Bool)] = [
      ("less", { $0 < 0 }), ("more", { $0 > 0 }), ("as far", { $0 == 0 }),
    ]
    let groups = directions.compactMap { direction -> String? in
      let members = moved.filter { direction.includes($0.quantity.medianDifference) }
      guard !members.isEmpty else { return nil }
      return "\(direction.word) in \(words(of: members.map(\.layer), among: moved.count))"
    }
    let largest = moved.max {
      abs($0.quantity.medianDifference) < abs($1.quantity.medianDifference)
    }
    let shown = moved.count <= LayerLabels.listed ? moved : [largest ?? first]
    let sizes = shown.map { member in
      let medians = member.quantity.bands.map { Phrase.number($0.median) }
      return "\(labels.words(of: member.layer)) \(medians[1]) against \(medians[0]) sd"
    }
    let apart = shown.count < moved.count ? "; the largest difference" : ""
    let far = moved.filter { exceeds($0.quantity) }.map(\.layer)
    let counts = moved.map(\.quantity.bands[0].count)
    return [
      "The second group moved \(Phrase.list(groups))\(apart): \(Phrase.list(sizes)) (nw2 at the end, in sd at each run's "
        + "own start)."
    ]
      + ((counts.min() ?? 0) < 2
        ? []
        : [
          "That exceeds the spread of a group's runs in \(far.isEmpty ? "no layer" : words(of: far, among: moved.count))."
        ])
  }

  private func words(of layers: [Int], among count: Int) -> String {
    layers.count == count && count > 1 ? Phrase.all(count, "layer") : labels.words(of: layers)
  }

  // MARK: - What the number of pairs allows

  /// What a sign test says of the result.
  private var doubt: String? {
    let count = comparison.runs.pairs.count
    guard count >= Self.fewestPairs else {
      return
        "\(counted(count, "pair")) cannot reach p = 0.05 in a sign test, which takes \(Self.fewestPairs) or more."
    }
    return resultQuantity.map {
      "A sign test of the first difference gives p = \(Phrase.number($0.signTest.pValue))."
    }
  }
}
