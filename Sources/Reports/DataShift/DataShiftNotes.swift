import Statistics

/// What the reader of a data shift's table must know beside its numbers.
struct DataShiftNotes {
  private let facts: DataShiftFacts
  private let aggregate: UnitAggregate

  init(_ facts: DataShiftFacts, aggregate: UnitAggregate) {
    self.facts = facts
    self.aggregate = aggregate
  }

  /// The notes, each a line that begins with "# ".
  var text: String {
    ([verdict] + sources + scores + method).map { "# \($0)\n" }.joined()
  }

  private var verdict: String {
    guard let data = facts.tensors.first?.shift else { return "no data were compared" }
    guard let largest = data.units.max(by: { $0.ratio < $1.ratio }) else {
      return "no feature can be compared: each is one constant in both, or not finite"
    }
    let times =
      "feature \(facts.featureName(largest.unit)) has \(NumberFormat.significant(largest.ratio, 3)) times its threshold"
    return data.isDistinguishable
      ? "the data are distinguishable: \(times)"
      : "the data are not distinguishable: at most, \(times)"
  }

  private var sources: [String] {
    var notes = [
      "covariate shift of data: reference \(facts.reference.description); target \(facts.target.description)"
    ]
    if facts.sharesExamples {
      notes.append(
        "both sides share examples, so that sampling moves them less than the thresholds allow for"
      )
    }
    notes += facts.corruptions.map { "target corrupted by \($0.corruption): \($0.explanation)" }
    if let network = facts.network {
      notes.append(
        "layers of run \(network.id.prefix(8)) (\(network.name.withoutControlCharacters)) after step \(network.step): statistics running, the weights unchanged"
      )
    }
    guard let shift = facts.tensors.first?.shift else { return notes }
    if !shift.constantUnits.isEmpty {
      notes.append(
        "\(shift.constantUnits.count) features are the same constant in both and left out")
    }
    let constantCount = shift.units.count { $0.meanShift == nil }
    if constantCount > 0 {
      notes.append(
        "\(constantCount) features are constant in the reference, so that js-histogram, psi and ks alone compare them"
      )
    }
    for tensor in facts.tensors where !tensor.shift.nonFiniteUnits.isEmpty {
      notes.append(
        "\(tensor.name): \(tensor.shift.nonFiniteUnits.count) units have a NaN or an infinity and are left out"
      )
    }
    return notes
  }

  private var scores: [String] {
    guard let score = facts.score else {
      return facts.network == nil
        ? []
        : ["the targets of these data are not the network's, so that it has no accuracy on them"]
    }
    func figure(_ value: Double) -> String {
      score.name == "accuracy" ? NumberFormat.percent(value) : NumberFormat.significant(value)
    }
    var text =
      "\(score.name) with running statistics: reference \(figure(score.reference)), target \(figure(score.target))"
    if !facts.corruptions.isEmpty {
      text += ", target before corruption \(figure(score.originalTarget))"
    }
    guard let adapted = score.adaptedTarget, let pseudoSamples = score.pseudoSamples else {
      return [text]
    }
    return [
      text,
      "\(score.name) with statistics adapted to the target, \(pseudoSamples) pseudo-samples of the old ones: \(figure(adapted)), \(effect(of: adapted, score))",
    ]
  }

  /// What adaptation came to, of what the corruption, or else the other data, had cost.
  private func effect(of adapted: Double, _ score: DataShiftFacts.Score) -> String {
    // A loss is better where it is smaller.
    let sign = score.name == "accuracy" ? 1.0 : -1.0
    let clean = facts.corruptions.isEmpty ? score.reference : score.originalTarget
    let lost = sign * (clean - score.target)
    let gained = sign * (adapted - score.target)
    if gained < 0 { return "which is worse than without" }
    guard lost > 0 else { return "where nothing had been lost" }
    return "which recovers \(NumberFormat.fixed(100 * gained / lost, 0)) % of what was lost"
  }

  private var method: [String] {
    let method = facts.method
    return [
      "thresholds: \(method.resamples) resamples, in which reference and target exchange examples at random as if both were reference; quantile \(NumberFormat.text(method.quantile)) of the largest of all units and measures of a tensor, seed \(method.seed)",
      "ratio: the largest of the measures over its threshold; above 1 is distinguishable; how far something moved is told by nw2, not by the ratio; that of a tensor is its largest unit's, and each tensor has thresholds of its own",
      "histograms: up to \(method.bins) bins between quantiles of reference and target together; psi_critical: chi-squared, significance \(NumberFormat.significant(1 - method.quantile, 3)) for one unit",
      "a tensor's line has the \(aggregate.rawValue) over its units",
    ] + SampleMeasure.allCases.map { "\($0.rawValue): \($0.definition)" }
  }
}
