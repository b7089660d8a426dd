package import ShiftAnalysis

import RunModel
import Statistics
import StrictJSON

/// Reports two runs side by side, or several beside the first.
package struct ComparisonReport {
  private let comparisons: [RunComparison]
  /// The first comparison.
  private var comparison: RunComparison { comparisons[0] }
  /// The labels of the layers, by the names of the first run that has any.
  private let labels: LayerLabels

  /// Makes a report of a comparison.
  package init(_ comparison: RunComparison) { self.init([comparison]) }

  /// Makes a report of the comparisons of one run with each of the others.
  ///
  /// - Precondition: `comparisons` is not empty.
  package init(_ comparisons: [RunComparison]) {
    self.comparisons = comparisons
    let comparison = comparisons[0]
    labels = LayerLabels(comparison.layers.first { $0.hasNames } ?? comparison.layers[0])
  }

  /// The answer with a row for each fact of each pair of runs, which holds its values in both; people see the runs and their
  /// layers in tables of their own.
  package var answer: Answer {
    let pairs = comparisons.map { ComparedFacts($0, labels) }
    let isPair = comparisons.count == 1
    let movements = MovementTable(comparisons, labels)
    let overview =
      isPair
      ? factTable(pairs, for: .people) { $0.layer == nil }.asOverview
      : RunsTable(figures).table.asOverview
    return Answer(
      finding: finding, notes: isPair ? pairs[0].notes : manyNotes(pairs),
      omission: WorstFirst.note(movements.layers.count, "the largest nw2 at the end first"),
      [
        factTable(pairs, for: isPair ? .everyone : .programs) {
          !(isPair && movements.layers.count > WorstFirst.limit) || $0.layer == nil
        }.asDetail, overview,
      ] + (isPair ? [] : [RunsTable(figures).table.asDetail])
        + (movements.layers.isEmpty ? [] : [movements.table]))
  }

  /// The figures of all runs, the first one first.
  private var figures: [RunFigures] {
    [comparison.figures[0]] + comparisons.map { $0.figures[1] }
  }

  private func factTable(
    _ pairs: [ComparedFacts], for audience: Audience,
    where isShownToPeople: @escaping (ComparedFacts.Fact) -> Bool
  ) -> AnswerTable {
    let runs = comparison.runs
    let columns: [Column] =
      [
        "first_run", "first_run_name", "second_run", "second_run_name", "section", "key",
      ].map { .text($0).for(.programs) }
      + [
        .text("fact").titled("").for(.people), .number("layer").for(.programs),
        .text("layer_name").for(.programs), .text("tap").for(.programs),
        .text("population").for(.programs),
        .text("first_statistics").for(.programs), .text("second_statistics").for(.programs),
        .text("reference").for(.programs),
        .text("divergence").for(.programs), .any("first").titled(runs[0].shortID).withMissing("-"),
        .any("second").for(.programs),
        .any("second").titled(runs[1].shortID).withMissing("-").for(.people),
      ]
    return AnswerTable("fact", for: audience, columns) { rows in
      for pair in pairs {
        rows.share(pair.comparison.runs.flatMap(\.cells))
        for fact in pair.all where rows.reader == .programs || isShownToPeople(fact) {
          let coordinates = fact.coordinates
          try rows.row(
            fact.section, fact.key,
            fact.layer.map { "\(labels.prefix(of: $0)): \(fact.key)" } ?? fact.key,
            fact.layer, fact.layer.flatMap { labels.layers.name(of: $0) }, coordinates?.tap,
            coordinates?.population, coordinates?.statistics[0],
            coordinates?.statistics[1], coordinates?.reference, fact.divergence,
            fact.values[0].cell, fact.values[1].cell, fact.words ?? fact.values[1].cell)
        }
      }
    }
  }

  // MARK: - Words

  private var finding: [String] {
    guard comparisons.count == 1 else { return RunsFinding(figures).sentences }
    return ComparisonFinding(comparison).sentences(labels) + [parting].compactMap { $0 }
  }

  /// The notes of all pairs; those that are true of some alone say of which.
  private func manyNotes(_ pairs: [ComparedFacts]) -> [String] {
    var notes: [(text: String, runs: [String])] = []
    for pair in pairs {
      for text in pair.notes {
        if let place = notes.firstIndex(where: { $0.text == text }) {
          notes[place].runs.append(pair.comparison.runs[1].shortID)
        } else {
          notes.append((text, [pair.comparison.runs[1].shortID]))
        }
      }
    }
    let first = comparison.runs[0].shortID
    return ["each run is compared with the first, run \(first); parts_at_step too"]
      + notes.map { note in
        note.runs.count == pairs.count
          ? note.text : "\(first) and \(Phrase.list(note.runs)): \(note.text)"
      }
  }

  /// The earliest step and layer at which the runs part.
  private var parting: String? {
    let earliest = comparison.divergences.compactMap { divergence -> (step: Int, layer: Int)? in
      guard case .diverged(let step, _) = divergence.finding else { return nil }
      return (step, divergence.layer)
    }.min { $0 < $1 }
    return earliest.map {
      "The runs first differ by more than the sampling of batches explains at step \($0.step), in \(labels.words(of: $0.layer))."
    }
  }

}

extension RunDivergence.Finding {
  /// The word of the finding in an answer.
  var name: String {
    switch self {
    case .diverged: "diverged"
    case .never: "never"
    case .unknown: "unknown"
    case .incomparable: "incomparable"
    }
  }
}
