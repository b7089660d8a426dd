/// A section of the report with its figures.
struct ReportSection {
  /// The place to link to.
  let id: String
  let title: String
  /// The figures, in order.
  var figures: [FigureKind] = []
  /// Whether its figures have one panel each and are side by side.
  var isPaired = false

  /// The heading.
  var heading: HTML { "<h2 id=\"\(id)\">\(title)</h2>\n" }

  /// What was measured, in sentences and a table.
  static let measured = ReportSection(id: "measured", title: "What was measured")

  /// The sections with figures, in order.
  static let all = [
    ReportSection(id: "training", title: "Training", figures: [.accuracy, .loss], isPaired: true),
    ReportSection(
      id: "shifts", title: "Distribution shift",
      figures: [.shift, .heatmap, .histograms, .bands, .noise, .previous]),
    ReportSection(
      id: "batch-norm", title: "Batch norm at prediction time", figures: [.gap, .normalized]),
    ReportSection(id: "gradient-figures", title: "Gradients", figures: [.gradients, .landscape]),
  ]

  /// The sections about the runs themselves, which come last.
  static let last = [runs, configuration, glossary, again]
  /// The runs side by side.
  static let runs = ReportSection(id: "runs", title: "The runs")
  /// Their configurations and origins.
  static let configuration = ReportSection(id: "configuration", title: "Configuration")
  /// The terms.
  static let glossary = ReportSection(id: "glossary", title: "Glossary")
  /// How to make the report again.
  static let again = ReportSection(id: "again", title: "Make this report again")
}
