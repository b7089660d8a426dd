import RunModel
import ShiftAnalysis
import Statistics

/// The notes of a report on a data shift.
struct DataShiftNotes {
  private let shift: DataShift
  private let aggregate: UnitAggregate

  init(_ shift: DataShift, aggregate: UnitAggregate) {
    self.shift = shift
    self.aggregate = aggregate
  }

  /// The notes.
  var all: [String] { samples + exclusions + scores + method }

  private var samples: [String] {
    var notes = [
      "covariate shift of data: reference \(shift.reference.words); target \(shift.target.words)"
    ]
    if shift.sharesExamples {
      notes.append(
        "both sides share examples, so that sampling moves them less than the thresholds allow for")
    }
    notes += shift.corruptions.map { "target corrupted by \($0.name): \($0.explanation)" }
    if let network = shift.network {
      notes.append(
        "layers of \(network.run.label) at step \(network.step): statistics running, weights unchanged"
      )
    }
    return notes
  }

  private var exclusions: [String] {
    var notes: [String] = []
    let features = shift.features
    if !features.constantUnits.isEmpty {
      notes.append(
        "\(features.constantUnits.count) features are left out: each is the same constant in both data sets"
      )
    }
    let constantCount = features.units.count { $0.meanShift == nil }
    if constantCount > 0 {
      notes.append(
        "\(constantCount) features are constant in the reference: only js_histogram, psi and ks compare them"
      )
    }
    let tap = shift.network?.tap.rawValue ?? ""
    let tensors =
      [("data", features)] + shift.layers.enumerated().map { ("layer \($0 + 1) \(tap)", $1) }
    for (name, tensor) in tensors where !tensor.nonFiniteUnits.isEmpty {
      notes.append(
        "\(name): \(tensor.nonFiniteUnits.count) units with a NaN or an infinity are left out")
    }
    return notes
  }

  private var scores: [String] {
    guard let network = shift.network else { return [] }
    guard let score = network.score else {
      return [
        "the network has no accuracy on these data: their targets are not those it was trained for"
      ]
    }
    func words(_ value: Double) -> String {
      score.figure == .accuracy
        ? NumberFormat.percent(value) : NumberFormat.significant(value)
    }
    let name = score.figure.rawValue
    var text =
      "\(name) with running statistics: reference \(words(score.reference)), target \(words(score.target))"
    if !shift.corruptions.isEmpty {
      text += ", target before corruption \(words(score.original))"
    }
    guard let adapted = score.adapted, let pseudoSamples = score.pseudoSamples else {
      return [text]
    }
    return [
      text,
      "\(name) with statistics adapted to the target (\(pseudoSamples) pseudo-samples of the old ones): \(words(adapted)), \(DataShiftFinding(shift).effect(of: adapted, score))",
    ]
  }

  private var method: [String] {
    let method = shift.method
    return [
      "thresholds: a permutation test of \(method.resamples) resamples, in which reference and target exchange examples; quantile \(NumberFormat.text(method.quantile)) of the largest measure over all units of a tensor, seed \(method.seed)",
      "ratio: the largest measure over its threshold; above 1 is distinguishable. The size of a shift is nw2, not the ratio. The ratio of a tensor is its largest unit's; each tensor has its own thresholds",
      "histograms: up to \(method.bins) bins between quantiles of reference and target together; psi_critical: chi-squared, significance \(NumberFormat.significant(method.significance, 3)) for one unit",
      "a tensor's row has the \(aggregate.rawValue) over its units",
    ] + SampleMeasure.allCases.map { "\($0.rawValue): \($0.definition)" }
  }
}

extension DataShiftSample {
  /// The sample in a note.
  fileprivate var words: String {
    "\(data), \(split) split, \(count) of \(availableCount) examples"
  }
}
