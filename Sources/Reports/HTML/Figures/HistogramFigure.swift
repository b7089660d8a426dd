import RunModel

/// The distributions of some layers at a few steps as ridges, a panel for each layer and run.
struct HistogramFigure {
  let all: ReportedRuns

  /// The figure; readers expect none where no run recorded histograms.
  var answer: FigureAnswer {
    let shown = all.representatives.filter { !$0.ridges.isEmpty }
    let labels = shown.labels
    let layers = Set(shown.flatMap { $0.ridges.map(\.site.layer) }).sorted()
    var coordinates = RunNotes()
    let panels = layers.flatMap { layer -> [Ridgeline] in
      let ofLayer = shown.flatMap { run in
        run.ridges.filter { $0.site.layer == layer }.map { (run: run, ridges: $0) }
      }
      // The shares of bins of different widths are not comparable.
      let largest = ofLayer.flatMap { $0.ridges.ridges.flatMap(\.shares) }.max() ?? 1
      return ofLayer.map { item in
        panel(item.ridges, of: item.run, "\(labels.prefix(of: layer)), \(item.run.label)", largest)
      }
    }
    guard !panels.isEmpty else {
      return .missing("No run recorded histograms.", isExpected: false)
    }
    for run in shown {
      let kinds = Dictionary(grouping: run.ridges) { item in
        "\(item.site.tap.rawValue), \(item.site.population.rawValue), \(item.site.statistics.words)"
      }
      for (kind, items) in kinds.sorted(by: { $0.key < $1.key }) {
        let layers = items.map { run.labels.prefix(of: $0.site.layer) }
        coordinates.add("\(kind) (\(layers.inWords))", of: run)
      }
    }
    let reading = """
      Each row is the distribution of \(all.view.unit.map { "unit \($0)" } ?? "a layer’s values") at a step\(all.view.unit == nil ? ", all units together" : ""), the first step at the top; a wider or \
      moved hill is a shift. Equal heights are equal shares of the values in all panels of a layer. On the right, the share beyond the bins.
      """
    return .figure(
      Figure(
        kind: .histograms,
        title:
          "Distributions of the \(all.view.layer == nil ? "layers" : "layer") at several steps",
        panels: panels,
        columns: shown.count,
        caption: """
          <p>\(reading) At most \(LayerRidges.mostLayers) layers and \(LayerRidges.mostSteps) steps, evenly chosen.</p>
          <p>\(coordinates.sentences.joined(separator: "; ")).</p>
          \(all.representativeNote)\(all.runs.absenceNote("without histograms") { !$0.ridges.isEmpty })
          """,
        footnotes: [reading] + coordinates.texts))
  }

  private func panel(
    _ ridges: LayerRidges, of run: ReportedRun, _ heading: String, _ largest: Double
  ) -> Ridgeline {
    let last = ridges.ridges.last?.step.grouped ?? ""
    return Ridgeline(
      title:
        "\(heading): the distribution of the \(ridges.site.tap.rawValue) at \(ridges.ridges.count) steps, the last of them \(last).",
      heading: heading,
      measure: ridges.isStandardized
        ? "\(ridges.site.tap.rawValue), sd at the start from each unit’s mean there"
        : "\(ridges.site.tap.rawValue), units of the tensor",
      run: run.look, ridges: ridges.ridges,
      x: .linear(
        from: ridges.range.lowerBound, to: ridges.range.upperBound, count: 5, isRounded: false),
      largest: largest)
  }
}
