import RunModel
import ShiftAnalysis

/// The runs of a report or a figure, read once.
struct ReportedRuns {
  let runs: [ReportedRun]
  /// What of the runs was read.
  let view: FigureView
  /// The runs in groups that differ in the seed alone; nil where each run is shown by itself.
  let groups: SeedGroups?
  /// What the comparison of two runs found, in sentences; empty unless there are two that recorded moments.
  let comparison: [String]

  /// Reads the figures of `runs`; a run that is named twice is read once.
  ///
  /// - Throws: `StoreError`.
  init(of runs: [Run], _ view: FigureView = FigureView(), in database: any RunReading) throws {
    var seen: Set<String> = []
    let runs = runs.filter { seen.insert($0.uuid).inserted }
    var view = view
    // A page has no panels of all layers, and other runs would have other layers.
    if view.isLive, runs.count == 1 { view.gapLayers = LayerGroups.mostGaps }
    self.view = view
    let names = ReportedRuns.names(of: runs)
    let shared = try SharedRecords(of: runs, in: database)
    var reported = try runs.indices.map { index in
      let isShared = names.count { $0 == names[index] } > 1
      return try ReportedRun(
        runs[index], index: index,
        label: isShared ? "\(names[index]) (\(runs[index].shortID))" : names[index],
        shared: shared, view, in: database)
    }
    for index in reported.indices { reported[index].siblings = reported.count }
    groups = SeedGroups(
      reported.map(\.configuration), labels: reported.map(\.label),
      arms: reported.map { $0.run.tags["arm"] })
    if let groups {
      for index in reported.indices {
        reported[index].look = groups.place(of: index)
        reported[index].group = groups.groups[reported[index].look]
      }
    }
    self.runs = reported
    let isCompared =
      runs.count == 2 && view.kinds.count == FigureKind.allCases.count
      && reported.allSatisfy { !$0.sinceStart.isEmpty }
    comparison =
      isCompared
      ? ComparisonFinding(
        try RunComparison(runs[0], runs[1], tap: shared.tensor?.tap, in: database)
      ).sentences(reported.labels) : []
  }

  /// The names of runs: of one run for each arm of a study the arms, which say what differs.
  private static func names(of runs: [Run]) -> [String] {
    let arms = runs.compactMap { $0.tags["arm"] }
    let isOneStudy = Set(runs.map { $0.tags["study"] }).count == 1
    if isOneStudy, arms.count == runs.count, arms.count > 1, Set(arms).count == arms.count {
      return arms
    }
    return runs.map { $0.name.isEmpty ? $0.shortID : $0.name }
  }

  /// One run of each group, for figures with panels for each run; all runs where there are no groups.
  var representatives: [ReportedRun] {
    groups.map { groups in groups.groups.map { runs[$0.members[0]] } } ?? runs
  }

  /// A sentence that figures show one run of each group; empty where there are no groups.
  var representativeNote: HTML {
    groups == nil
      ? "" : "<p>Of the runs that differ in the seed alone, the first is shown.</p>\n"
  }

  /// The names that are too long for the ends of lines, or all where `isComplete`.
  func legend(isComplete: Bool = false) -> [LegendEntry] {
    let entries =
      groups?.groups.enumerated().map { LegendEntry(name: $1.name, look: $0) }
      ?? runs.map { LegendEntry(name: $0.label, look: $0.look) }
    let isCut = entries.contains { $0.name.displayWidth > LineChart.longestName }
    return isComplete || isCut || entries.count > 10 ? entries : []
  }

  /// A chart of lines, those of groups joined, with an axis that suits them and the lines of others.
  func chart(
    _ heading: String, _ measure: String, _ lines: [LineChart.Line],
    bands: [LineChart.Band] = [], rules: [Double] = [], axis: AxisChoice = .fromZero,
    besides others: [LineChart.Line] = []
  ) -> LineChart? {
    let (lines, grouped) = groups?.collapsed(lines) ?? (lines, [])
    let bands = groups == nil ? bands : grouped
    let drawn = lines.map { [$0].drawableValues }
    guard !drawn.joined().isEmpty else { return nil }
    let edges = bands.flatMap { $0.points.flatMap { [$0.low, $0.high] } }
    let ends = lines.filter { !$0.isSecond }.map { $0.ending(axis.words) }
    return LineChart(
      title: "\(heading.isEmpty ? "" : "\(heading): ")\(measure): \(ends.joined(separator: "; ")).",
      heading: heading, measure: measure, lines: lines, bands: bands, rules: rules,
      x: runs.stepScale(count: 4),
      y: axis.scale(drawn + others.map { [$0].drawableValues }, and: edges + rules))
  }
}
