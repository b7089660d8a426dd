import RunModel
import ShiftAnalysis
import Statistics

/// The notes below shift figures: coordinates, aggregate, epsilon, units left out, cautions.
struct ShiftNotes {
  let runs: [ReportedRun]
  /// The series in the figures; series of one source and run have the same coordinates.
  let sources: [KeyPath<ReportedRun, [ShiftSeries]>]

  /// A list of the coordinates, then the cautions; a note that is true of several runs appears once.
  var html: HTML {
    var facts = RunNotes()
    var cautions = RunNotes()
    for source in sources {
      for run in runs where !run[keyPath: source].isEmpty {
        let layers = run[keyPath: source]
        facts.add("\(ShiftNotes.text(of: layers, run))", of: run)
        if let caution = layers[0].coordinates.caution { cautions.add("\(caution)", of: run) }
      }
    }
    let entries = facts.sentences.map { "<li>\($0)</li>\n" as HTML }
    return "<ul class=\"coordinates\">\n\(entries)</ul>\n\(cautions.paragraphs(ofClass: "caution"))"
  }

  /// The coordinates of series as plain sentences, one for each kind of them.
  static func coordinates(
    of runs: [ReportedRun], _ sources: [KeyPath<ReportedRun, [ShiftSeries]>]
  ) -> [String] {
    var facts = RunNotes()
    for source in sources {
      for run in runs where !run[keyPath: source].isEmpty {
        let layers = run[keyPath: source]
        let coordinates = layers[0].coordinates
        facts.add(
          "tap \(coordinates.tap.rawValue), population \(coordinates.population.rawValue), statistics \(coordinates.statistics.rawValue), reference \(coordinates.reference.label), \(layers[0].unit.map { "unit \($0)" } ?? "\(layers[0].aggregate.rawValue) over units")",
          of: run)
      }
    }
    return facts.texts
  }

  /// - Precondition: `layers` is not empty.
  private static func text(of layers: [ShiftSeries], _ run: ReportedRun) -> String {
    let coordinates = layers[0].coordinates
    let starts = Set(layers.compactMap { $0.points.first?.referenceStep })
    let start = coordinates.reference == .start && starts.count == 1 ? starts.first : nil
    // Compared as text, because the float32 nearest to 0.001 reads the same as 0.001.
    let epsilons = Set(layers.map { NumberFormat.significant($0.epsilon) }).sorted()
    // The first step has nothing before it to be compared with, so a whole series may lack a point.
    let sampled = Set(
      layers.filter { !$0.isPooled && $0.points.count + 1 < $0.recordedCount }.map(\.recordedCount))
    let parts =
      [
        "tap \(coordinates.tap.rawValue), population \(coordinates.population.rawValue), statistics "
          + "\(coordinates.statistics.rawValue), reference \(coordinates.reference.label)"
          + (start.map { " (step \($0.grouped))" } ?? ""),
        layers[0].unit.map { "unit \($0) alone" }
          ?? "\(layers[0].aggregate.rawValue) over the units of a layer",
        "ε = \(epsilons.joined(separator: " or "))", excluded(from: layers, run.labels),
      ]
      + (layers[0].isPooled
        ? [
          "each point pools \(layers[0].windowSteps.grouped) steps, and the reference \(layers[0].startSteps == layers[0].windowSteps ? "is the first such window" : "the first \(layers[0].startSteps.grouped) steps")"
        ] : run.spread == .numbers ? [Sampling.noteOfNumbers] : [])
      + sampled.sorted().compactMap {
        Sampling.note(of: $0, limit: Sampling.limit(ofLayers: layers.count))
      }
    return parts.joined(separator: "; ") + "."
  }

  private static func excluded(from layers: [ShiftSeries], _ labels: LayerLabels) -> String {
    let most = layers.compactMap { series in
      series.points.map { $0.excludedUnits[0] }.max().map { (count: $0, series: series) }
    }.max { $0.count < $1.count }
    guard let most, most.count > 0 else { return "no unit excluded" }
    guard most.series.unit == nil else { return "undefined at some steps" }
    return "at most \(most.count.grouped) of \(most.series.width.grouped) units excluded at a step "
      + "(\(labels.words(of: most.series.layer))), where the measure is undefined"
  }
}
