import RunModel

/// The panels of single layers beside a figure of many: those of the layers with the largest values at the end.
///
/// Panels of every layer of a deep network would be most of a page's bytes, and more than anybody looks at.
struct LayerPanels {
  /// The panels, the layer with the largest value first.
  let panels: [any Panel]
  /// What they are, such as "20 panels, one for each layer".
  let words: String

  /// Chooses among the charts of each layer, in the order of the network.
  init(_ layers: [[LineChart]]) {
    let shown = WorstFirst.of(layers) { charts in
      [charts.flatMap(\.lines).compactMap { $0.points.last?.value }.max()]
    }
    let count = shown.contains { $0.count == 2 } ? "two" : "one"
    let note = WorstFirst.note(layers.count, "those with the largest values at the end")
    panels = shown.flatMap { $0 }
    words =
      "\(counted(panels.count, "panel")), \(count) for each layer\(note.map { ": \($0)" } ?? "")"
  }
}
