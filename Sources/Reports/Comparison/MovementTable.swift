import RunModel
import ShiftAnalysis

/// The table of how far each layer moved in each of several runs, for people: raw, in standard deviations of the start, and
/// at batch norm's output.
struct MovementTable {
  /// The numbers of the layers that are compared, in order.
  let layers: [Int]
  private let figures: [RunFigures]
  private let comparisons: [RunComparison]
  private let labels: LayerLabels

  /// Joins what comparisons of the first run with each of the others say of its layers.
  init(_ comparisons: [RunComparison], _ labels: LayerLabels) {
    self.comparisons = comparisons
    self.labels = labels
    figures = [comparisons[0].figures[0]] + comparisons.map { $0.figures[1] }
    layers = Set(
      comparisons.flatMap { $0.divergences.map(\.layer) + $0.drifts.map(\.layer) }
    ).sorted()
  }

  /// The table.
  var table: AnswerTable {
    let movements = figures.indices.map { run in
      Dictionary(
        figures[run].movements.compactMap { movement in
          number(of: movement.layer, in: run).map { ($0, movement) }
        }
      ) { $1 }
    }
    let hasOutputs = movements.contains { $0.values.contains { $0.outputByBatch != nil } }
    let columns =
      [
        labels.layers.hasNames ? Column.text("layer") : .number("layer"), .text("run"),
        .number("w2"), .number("nw2"), .number("start_sd"),
      ] + (hasOutputs ? [.number("output_batch"), .number("output_running")] : [])
      + [.number("largest_nw2"), .any("parts_at_step")]
    let names = RunNames(figures.map(\.run)).all
    return AnswerTable("movement", for: .people, columns) { rows in
      let shown =
        rows.isBrief
        ? WorstFirst.of(layers) { layer in [movements.compactMap { $0[layer]?.normalized }.max()] }
        : layers
      for layer in shown {
        for run in figures.indices {
          let movement = movements[run][layer]
          let parting = run == 0 ? Cell.missing : parting(of: layer, in: comparisons[run - 1])
          if movement == nil && parting == .missing { continue }
          try rows.row(
            [
              labels.label(of: layer), names[run], movement?.distances.total,
              movement?.normalized, movement?.startDeviation,
            ]
              + (hasOutputs
                ? [movement?.outputByBatch?.total, movement?.outputByRunning?.total] : [])
              + [movement?.largest, parting] as [any CellConvertible])
        }
      }
    }
  }

  /// The number in the first run of a layer of the run at a place; nil where it has no partner there.
  private func number(of layer: Int, in run: Int) -> Int? {
    guard run > 0 else { return layer }
    let pairs = comparisons[run - 1].pairs
    return pairs.first(of: layer) ?? (pairs.areByName ? nil : layer)
  }

  private func parting(of layer: Int, in comparison: RunComparison) -> Cell {
    switch comparison.divergences.first(where: { $0.layer == layer })?.finding {
    case .diverged(let step, _): .integer(step)
    case let finding?: .text(finding.name)
    case nil: .missing
    }
  }
}
