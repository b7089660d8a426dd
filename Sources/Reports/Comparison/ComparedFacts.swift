import RunModel
import ShiftAnalysis
import Statistics
import StrictJSON

/// The facts of a comparison of two runs, each with its values in both, and the notes on them.
struct ComparedFacts {
  let comparison: RunComparison
  private let labels: LayerLabels

  /// Prepares the facts of a comparison, whose layers have `labels`.
  init(_ comparison: RunComparison, _ labels: LayerLabels) {
    self.comparison = comparison
    self.labels = labels
  }

  // MARK: - Facts

  /// One fact.
  struct Fact {
    struct Coordinates {
      let tap: Site.Tap
      let population: Site.Population
      /// Each run's.
      let statistics: [StatisticsMode?]
      let reference: String
    }

    let section: String
    let key: String
    var layer: Int?
    var coordinates: Coordinates?
    /// Whether the runs diverge in the layer: diverged, never, unknown or incomparable.
    var divergence: String?
    /// The word that people read in place of a missing value of the second run.
    var words: Cell?
    /// The value in the first and in the second run.
    let values: [any CellConvertible]
  }

  /// All facts.
  var all: [Fact] {
    runFacts
      + comparison.differences.map {
        Fact(
          section: "configuration", key: $0.key, values: $0.values.map { $0 as any CellConvertible }
        )
      } + resultFacts + divergenceFacts + driftFacts
  }

  private var runFacts: [Fact] {
    let runs = comparison.runs
    return [
      Fact(section: "run", key: "name", values: runs.map(\.name)),
      Fact(section: "run", key: "status", values: runs.map(\.status)),
      Fact(section: "run", key: "steps", values: runs.map(\.stepCount)),
    ]
  }

  private var resultFacts: [Fact] {
    var facts = [
      Fact(section: "result", key: "training loss", values: comparison.lastSteps.map { $0?.loss })
    ]
    for statistics in StatisticsMode.preference where statistics != .none {
      let isUsed = comparison.evaluations.joined().contains { $0.statistics == statistics }
      let evaluations = comparison.evaluations.map { evaluations in
        // Without batch norm all modes are one.
        evaluations.first { $0.statistics == statistics || $0.statistics == .none }
      }
      let isFirst = statistics == .running
      guard isUsed || (isFirst && evaluations.contains { $0 != nil }) else { continue }
      let isRegression = evaluations.allSatisfy { $0?.accuracy == nil }
      facts.append(
        Fact(
          section: "result",
          key:
            "\(comparison.split?.rawValue ?? "") \(isRegression ? "loss" : "accuracy"), \(statistics.words)",
          values: evaluations.map { isRegression ? $0?.loss : $0?.accuracy }))
    }
    return facts
  }

  private var divergenceFacts: [Fact] {
    let coordinates = Fact.Coordinates(
      tap: .preactivation, population: .batch, statistics: [nil, nil],
      reference: "\(ReferencePoint.run(comparison.runs[0].uuid))")
    return comparison.divergences.flatMap { divergence in
      func fact(_ key: String, _ value: (any CellConvertible)?, _ word: String) -> Fact {
        // A value of the second run: the first is the reference.
        Fact(
          section: "divergence", key: key, layer: divergence.layer, coordinates: coordinates,
          divergence: divergence.finding.name, words: value == nil ? .text(word) : nil,
          values: [Cell.missing, value ?? Cell.missing])
      }
      let key = "first step beyond the sampling floor"
      switch divergence.finding {
      case .diverged(let step, let shift):
        return [
          fact(key, step, ""), fact("squared nw2 there", shift?.value, "not finite"),
          fact("floor there", shift?.floor, "none"),
        ]
      case .never, .unknown, .incomparable: return [fact(key, nil, divergence.finding.name)]
      }
    }
  }

  private var driftFacts: [Fact] {
    comparison.drifts.flatMap { drift in
      let first = drift.coordinates[0]
      let coordinates = Fact.Coordinates(
        tap: first.tap, population: first.population,
        statistics: drift.coordinates.map(\.statistics), reference: "\(first.reference)")
      func fact(_ key: String, _ value: (LayerMovement) -> Double?) -> Fact {
        Fact(
          section: "drift", key: key, layer: drift.layer, coordinates: coordinates,
          values: drift.movements.map(value))
      }
      let hasOutput = drift.movements.contains { $0.outputByBatch != nil }
      return [
        fact("nw2 from start, at the end", \.normalized),
        fact("nw2 from start, largest", \.largest),
        fact("w2 from start, at the end", \.distances.total),
        fact("sd at the start", \.startDeviation),
      ]
        + (hasOutput
          ? [
            fact("w2 of batch norm's output from start, batch statistics") {
              $0.outputByBatch?.total
            },
            fact("w2 of batch norm's output from start, running statistics") {
              $0.outputByRunning?.total
            },
          ] : [])
    }
  }

  // MARK: - Notes

  /// The notes.
  var notes: [String] {
    var notes: [String] = []
    let configurations = comparison.runs.map { ($0, JSONValue(text: $0.configuration)?.flattened) }
    let unreadable = configurations.filter { $0.1 == nil }.map(\.0.shortID)
    if !unreadable.isEmpty {
      notes.append(
        "What the configurations have in common is unknown, as it is not JSON in run \(unreadable.joined(separator: " and run "))."
      )
    } else if configurations.allSatisfy({ $0.1?.isEmpty == true }) {
      notes.append("Neither run has a configuration.")
    } else if comparison.differences.isEmpty {
      notes.append("The configurations are the same.")
    }
    notes += divergenceNotes + pairingNotes
    if let drift = comparison.drifts.first {
      let statistics = Set(drift.coordinates.map(\.statistics.rawValue)).sorted()
      let first = drift.coordinates[0]
      notes.append(
        "w2: W2 from the start to the end, in units of the tensor; nw2: the same in standard deviations at the start (start_sd); "
          + "medians over the units of a layer; tap \(first.tap.rawValue), "
          + "population \(first.population.rawValue), statistics \(statistics.joined(separator: " and ")), reference \(first.reference)"
      )
      if let caution = drift.coordinates.compactMap(\.caution).first { notes.append(caution) }
      if comparison.drifts.contains(where: { $0.movements.contains { $0.outputByBatch != nil } }) {
        notes.append(
          "output_batch, output_running: W2 of batch norm's output from the start to the end with the batch's own statistics, "
            + "which follows from gamma and beta, and with running statistics, as in prediction")
      }
    }
    return notes
  }

  /// The notes on layers that have no partner.
  private var pairingNotes: [String] {
    let pairs = comparison.pairs
    let words = zip(["first", "second"], pairs.alone).filter { !$1.isEmpty }.map {
      "\(RunLayers($1).list(atMost: 4)) of the \($0) run"
    }
    return words.isEmpty
      ? []
      : [
        "Layers are compared by \(pairs.areByName ? "name" : "number"). Without a partner, and so not compared: "
          + words.joined(separator: "; ") + "."
      ]
  }

  /// The notes on the method that finds the first step beyond the sampling floor.
  private var divergenceNotes: [String] {
    let divergences = comparison.divergences
    guard !divergences.isEmpty else {
      return [
        "The step at which the runs part is unknown: one or both recorded no preactivations of training batches."
      ]
    }
    var notes: [String] = []
    if divergences.contains(where: { $0.finding == .unknown }) {
      notes.append(
        "Unknown: the batch noise was not measured in both runs (noise_every), or fewer than two steps can be compared, as "
          + "with batches of one example or units that do not vary.")
    }
    if divergences.contains(where: { $0.finding == .incomparable }) {
      notes.append(
        "Incomparable: the layer has another width in the other run, or is in one run alone.")
    }
    let compared = divergences.filter { ![.unknown, .incomparable].contains($0.finding) }
    let lengths = Set(compared.map(\.streakLength)).sorted().map(String.init)
    if !lengths.isEmpty {
      notes.append(
        "The first step is the first of \(lengths.joined(separator: " or ")) recorded steps in a row at which squared nw2 of "
          + "the preactivations over training batches, mean over units, is at least twice its floor, or at which one run alone "
          + "is not finite. By chance fewer than 1 % of layers show such a streak; a divergence closer to the end is not "
          + "reported. Runs that saw the same batches share part of the noise, so that the floor is an upper bound."
      )
    }
    return notes
  }
}
