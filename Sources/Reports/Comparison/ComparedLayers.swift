import RunModel
import ShiftAnalysis

/// The layers of two runs that are compared, for people a row for each: of many layers a table of facts would be too long.
struct ComparedLayers {
  /// What is known of a layer.
  struct Layer {
    /// The number.
    let number: Int
    /// Where the runs part in it; nil where that was not looked for.
    let divergence: RunDivergence?
    /// How far it moved in both; nil where one did not record it.
    let drift: RunComparison.LayerDrift?
  }

  /// The layers, by number.
  let all: [Layer]
  private let runs: [Run]

  /// Joins what a comparison says of each layer.
  init(_ comparison: RunComparison) {
    runs = comparison.runs
    let divergences = Dictionary(comparison.divergences.map { ($0.layer, $0) }) { $1 }
    let drifts = Dictionary(comparison.drifts.map { ($0.layer, $0) }) { $1 }
    all = Set(divergences.keys).union(drifts.keys).sorted().map {
      Layer(number: $0, divergence: divergences[$0], drift: drifts[$0])
    }
  }

  /// The table of the layers.
  func table(_ labels: LayerLabels) -> AnswerTable {
    let columns =
      [Column.text("layer"), .any("parts_at_step")]
      + ["end", "largest"].flatMap { words in
        runs.map { Column.number("\(words)_\($0.uuid)").titled("\(words) \($0.shortID)") }
      }
    return AnswerTable("layer", for: .people, columns) { rows in
      let shown =
        rows.isBrief
        ? WorstFirst.of(all) { [$0.drift?.final.compactMap { $0 }.max()] } : all
      for layer in shown {
        let missing: [Double?] = [nil, nil]
        let figures = (layer.drift?.final ?? missing) + (layer.drift?.largest ?? missing)
        try rows.row(
          [labels.label(of: layer.number), parting(of: layer)] + figures as [any CellConvertible])
      }
    }
  }

  private func parting(of layer: Layer) -> Cell {
    switch layer.divergence?.finding {
    case .diverged(let step, _): .integer(step)
    case let finding?: .text(finding.name)
    case nil: .missing
    }
  }
}
