package import ShiftAnalysis

import RunModel
import Statistics

/// Two runs side by side.
package struct ComparisonReport {
  private let comparison: RunComparison

  /// Prepares a comparison.
  package init(_ comparison: RunComparison) {
    self.comparison = comparison
  }

  /// The comparison in `format`; CSV and NDJSON have a row for each fact.
  package func text(_ format: OutputFormat, isStyled: Bool) throws -> String {
    switch format {
    case .table: return people(isStyled: isStyled)
    case .csv:
      var table = TextTable([.text("section"), .text("key"), .text("first"), .text("second")])
      for fact in facts {
        table.add([fact.section, fact.key] + fact.values.map { $0.text(isExact: true) })
      }
      return table.commaSeparated
    case .json: return try JSONOutput.document(Document(schema: JSONOutput.schema, facts: facts))
    case .ndjson: return try facts.map { try JSONOutput.line($0) + "\n" }.joined()
    }
  }

  private struct Document: Encodable {
    let schema: Int
    let facts: [Fact]
  }

  private struct Fact: Encodable {
    let section: String
    let key: String
    let values: [DataTable.Cell]
  }

  private var facts: [Fact] {
    var facts = [
      Fact(section: "run", key: "id", values: comparison.runs.map { .text($0.uuid) }),
      Fact(section: "run", key: "name", values: comparison.runs.map { .text($0.name) }),
      Fact(
        section: "run", key: "status", values: comparison.runs.map { .text($0.status.rawValue) }),
      Fact(section: "run", key: "steps", values: comparison.runs.map { .integer($0.stepCount) }),
    ]
    facts += comparison.differences.map {
      Fact(
        section: "configuration", key: $0.key,
        values: $0.values.map { value in value.map { .value($0) } ?? .missing })
    }
    facts.append(
      Fact(
        section: "result", key: "training loss",
        values: comparison.lastSteps.map { .number(optional: $0?.loss) }))
    for (words, statistics) in [
      ("running statistics", Site.Statistics.running),
      ("the split's own statistics", .batch),
      ("precise statistics of the population", .precise),
      ("Ioffe's statistics of the population", .ioffe),
    ] {
      let isUsed = comparison.evaluations.joined().contains { $0.statistics == statistics }
      let evaluations = comparison.evaluations.map { evaluations in
        // Without batch norm all ways are one.
        evaluations.first { $0.statistics == statistics || $0.statistics == .none }
      }
      let isRegression = evaluations.allSatisfy { $0?.accuracy.isNaN ?? true }
      let values = evaluations.map { evaluation -> DataTable.Cell in
        guard let evaluation else { return .missing }
        return isRegression ? .number(evaluation.loss) : .share(evaluation.accuracy)
      }
      let isFirst = statistics == .running
      guard isUsed || (isFirst && evaluations.contains { $0 != nil }) else { continue }
      let name = "test \(isRegression ? "loss" : "accuracy"), \(words)"
      facts.append(Fact(section: "result", key: name, values: values))
    }
    for divergence in comparison.divergences {
      func add(_ key: String, _ value: DataTable.Cell) {
        // It is told of the second run, as the first is what it is compared with.
        facts.append(
          Fact(
            section: "divergence", key: "layer \(divergence.layer): \(key)",
            values: [.missing, value]))
      }
      let key = "first step beyond the sampling floor"
      switch divergence.finding {
      case .diverged(let step, let shift):
        add(key, .integer(step))
        add("squared nw2 there", shift.map { .number($0.value) } ?? .text("not finite"))
        add("floor there", shift.map { .number($0.floor) } ?? .text("none"))
      case .never: add(key, .text("never"))
      case .unknown: add(key, .text("unknown"))
      case .incomparable: add(key, .text("incomparable"))
      }
    }
    for drift in comparison.drifts {
      facts.append(
        Fact(
          section: "drift", key: "layer \(drift.layer): nw2 from start, at the end",
          values: drift.final.map { .number(optional: $0) }))
      facts.append(
        Fact(
          section: "drift", key: "layer \(drift.layer): nw2 from start, largest",
          values: drift.largest.map { .number(optional: $0) }))
    }
    if let coordinates = comparison.drifts.first?.coordinates {
      facts.append(
        Fact(
          section: "drift", key: "tap/population/statistics/reference",
          values: coordinates.map {
            .text(
              "\($0.tap.rawValue)/\($0.population.rawValue)/\($0.statistics.rawValue)/\($0.reference)"
            )
          }))
    }
    return facts
  }

  private func people(isStyled: Bool) -> String {
    let sections = ["run", "configuration", "result", "divergence", "drift"]
    var table = TextTable([
      .text(""), .text(comparison.runs[0].shortID), .text(comparison.runs[1].shortID),
    ])
    for section in sections {
      for fact in facts where fact.section == section && fact.key != "id" {
        let texts = fact.values.map { $0.text(isExact: false) }
        table.add([fact.key] + texts.map { $0.isEmpty ? "-" : $0 })
      }
    }
    var text = table.aligned(isStyled: isStyled)
    if comparison.differences.isEmpty {
      text += "# The configurations are the same.\n"
    }
    text += divergenceNotes.map { "# \($0)\n" }.joined()
    if !comparison.drifts.isEmpty {
      text +=
        "# nw2: normalized W2, median over the units of a layer, in standard deviations at the start\n"
      let cautions = comparison.drifts[0].coordinates.compactMap(\.caution)
      if let caution = cautions.first { text += "# \(caution)\n" }
    }
    return text
  }

  /// What the reader must know of where the runs part.
  private var divergenceNotes: [String] {
    let divergences = comparison.divergences
    guard !divergences.isEmpty else {
      return ["Where the runs part is unknown: one recorded no preactivations of training batches."]
    }
    var notes: [String] = []
    let earliest = divergences.compactMap { divergence -> (step: Int, layer: Int)? in
      guard case .diverged(let step, _) = divergence.finding else { return nil }
      return (step, divergence.layer)
    }.min { $0 < $1 }
    if let earliest {
      notes.append(
        "The runs first differ by more than the sampling of batches explains at step \(earliest.step), in layer "
          + "\(earliest.layer).")
    }
    if divergences.contains(where: { $0.finding == .unknown }) {
      notes.append(
        "Unknown: the noise of batches was not measured in both runs (record with --noise-every), or fewer than two steps "
          + "can be compared, as of batches of one example or units that do not vary.")
    }
    if divergences.contains(where: { $0.finding == .incomparable }) {
      notes.append(
        "Incomparable: the layer has another width in the other run, or is in one run alone.")
    }
    let compared = divergences.filter { ![.unknown, .incomparable].contains($0.finding) }
    let lengths = Set(compared.map(\.streakLength)).sorted().map(String.init)
    if !lengths.isEmpty {
      notes.append(
        "Compared are preactivations over training batches, at the steps that both runs recorded: squared nw2, mean over "
          + "units, is beyond the floor where it is at least twice the floor there and at the next recorded steps, "
          + "\(lengths.joined(separator: " or ")) in all, or where one run alone is not finite. Chance brings so many in a "
          + "row in fewer than one layer of a hundred; runs that part with fewer steps to go are not told. Runs that saw "
          + "the same batches share some of the noise, and then the floor is an upper bound.")
    }
    return notes
  }
}
