/// A figure: panels, and what a reader must know to read them.
struct Figure {
  let kind: FigureKind
  /// What it shows, without a period.
  let title: String
  /// The names that are too long for the ends of lines, with their looks; empty where the panels name all.
  var legend: [LegendEntry] = []
  /// The panels.
  let panels: [any Panel]
  /// The panels of single layers, where there are many, that a page shows only to readers who open them.
  var folded: LayerPanels? = nil
  /// The number of panels side by side that belong together, such as those of one layer; nil where they are alike.
  var columns: Int? = nil
  /// How to read it, and the notes on it.
  let caption: HTML
  /// The sentences that a reader needs beside the figure alone: coordinates and axes.
  var footnotes: [String] = []

  /// The sentences on the marks of its panels that are no lines.
  var markNotes: [String] {
    let lines = panels.compactMap { $0 as? LineChart }.flatMap(\.lines)
    let kinds = Set(lines.flatMap { $0.events.map(\.kind) }).sorted()
    return
      (kinds.isEmpty ? [] : ["Triangles mark recorded events: \(kinds.joined(separator: ", "))."])
      + (lines.contains { $0.divergedAt != nil }
        ? ["A cross marks the last step of a run that diverged."] : [])
  }
}
