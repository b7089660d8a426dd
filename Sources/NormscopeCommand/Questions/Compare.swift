import ArgumentParser
import Reports
import RunModel
import ShiftAnalysis

/// `normscope compare`: puts runs, or two groups of runs, side by side.
struct Compare: ParsableCommand {
  private static let mostRuns = 10

  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract:
      "Compare runs: configurations, final figures, the step at which they part and how far each layer moved; or two groups of runs, paired over seeds.",
    discussion: """
      Groups are what --first-where and --second-where select (the expressions of `normscope runs list --help`). Each run is \
      paired with the one of the other group that has the same seed: medians, bands, and a sign test over the pairs.
      """)

  @Argument(
    help: ArgumentHelp(
      "The runs, from 2 to \(Compare.mostRuns); each is compared with the first.", valueName: "run"),
    completion: .runs)
  var runNames: [String] = []
  @Option(
    help: ArgumentHelp("The first group: the runs that match.", valueName: "expression"))
  var firstWhere: String?
  @Option(
    help: ArgumentHelp("The second group: the runs that match.", valueName: "expression"))
  var secondWhere: String?
  @Option(
    help: ArgumentHelp(
      "The field that the runs of a pair have in common: \(RunField.names.joined(separator: ", ")) (default: config.seed).",
      valueName: "field"))
  var pairBy: String?
  @Option(
    help:
      "The tensor whose drift is compared (default: the preactivation, else what was recorded).")
  var tap: Site.Tap?
  @OptionGroup var layers: LayerOption
  @Option(
    help:
      "Show the shift of each layer of the groups over time instead, at most this many steps.")
  var points: Int?
  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: FormatOption

  func validate() throws {
    let groupCount = [firstWhere, secondWhere].compactMap { $0 }.count
    let areRuns = (2...Compare.mostRuns).contains(runNames.count) && groupCount == 0
    guard areRuns || (runNames.isEmpty && groupCount == 2) else {
      throw ValidationError(
        "Name 2 to \(Compare.mostRuns) runs, or two groups of runs by --first-where and --second-where."
      )
    }
    guard groupCount > 0 || points == nil else {
      throw ValidationError("--points is for groups; for runs use `normscope shift --points`.")
    }
    guard groupCount > 0 || pairBy == nil else {
      throw ValidationError("--pair-by is for groups; leave it out to compare runs.")
    }
    guard points ?? 1 > 0 else {
      throw ValidationError("\(points ?? 0) points are too few; use 1 or more.")
    }
  }

  func run() throws {
    guard !runNames.isEmpty else { return try compareGroups() }
    let database = try database.openForReading()
    let runs = try runNames.map { try database.askedRun($0) }
    let comparisons = try RunComparison.each(
      of: RunFigures.each(of: runs, tap: tap, in: database), layers: layers.layer, in: database)
    try output.write(ComparisonReport(comparisons).answer)
  }

  private func compareGroups() throws {
    let selections = try [("--first-where", firstWhere), ("--second-where", secondWhere)].map {
      try RunSelection(condition: $1, option: $0)
    }
    let pairBy = pairBy ?? "config.seed"
    guard let field = RunField(pairBy) else {
      throw ValidationError(
        "Runs have no field \"\(pairBy)\" to pair them by; there are \(RunField.names.joined(separator: ", "))."
      )
    }
    let database = try database.openForReading()
    let groups = try selections.map { try $0.runs(of: database, inTrash: false) }
    let pairs = try RunPairs((groups[0], groups[1]), by: field, named: pairBy, in: database)
    let comparison = try GroupComparison(
      pairs, tap: tap, layers: layers.layer, points: points, in: database)
    try output.write(
      points == nil
        ? GroupComparisonReport.answer(comparison)
        : GroupComparisonReport.seriesAnswer(comparison),
      hasAskedSteps: points != nil)
  }
}
