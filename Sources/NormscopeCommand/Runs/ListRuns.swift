import ArgumentParser
import Reports
import RunModel
import ShiftAnalysis

/// `normscope runs list`: lists the runs of a database.
struct ListRuns: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the runs of a database, the newest first.",
    discussion: """
      --where takes comparisons (= != < <= > >=, and ~ for "contains") joined by and, or, not and parentheses, as in \
      --where "status = finished and (config.norm = batch or tag.goal ~ shift) and test_accuracy > 0.9". \
      Fields: \(RunField.names.joined(separator: ", ")). Put text with spaces in quotes. started and \
      finished are compared with a day (2026-11-28, today or yesterday, all of it), with a moment \
      ('2026-11-28 10:00:00', UTC unless it says Z or +09:00), or with what was so long ago (-30m, -2h, -3d, -1w). What a run does not have is \
      unequal to everything, and neither smaller nor larger.
      """)

  @Option(
    name: .customLong("where"),
    help: ArgumentHelp("List only the runs that match.", valueName: "expression"))
  var condition: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Sort by these fields, separated by commas; -FIELD the largest first.", valueName: "fields"))
  var sort: String?
  @Option(help: "The largest number of runs to list (default: all; 20 in a table on a terminal).")
  var limit: Int?
  @Option(
    help: ArgumentHelp(
      "The fields in a table, separated by commas (default: the usual ones and those keys of the configurations and tags in which the runs differ).",
      valueName: "fields"))
  var columns: String?
  @Flag(help: "List the runs in the trash.")
  var trash = false
  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: FormatOption

  func run() throws {
    let selection = try RunSelection(condition: condition, sort: sort, limit: limit)
    let fields = try columns.map { try RunSelection.fields($0, option: "--columns") }
    let database = try database.openForReading()
    let runs = try selection.runs(of: database, inTrash: trash, newestFirst: true)
    let shown = output.isBrief && limit == nil ? Array(runs.prefix(ListRuns.usualLimit)) : runs
    try output.write(
      RunListReport.answer(
        shown, of: runs.count, fields: fields, in: database, bytes: database.vectorBytes(of:)))
  }

  /// The most runs in a table on a terminal, unless more are asked for.
  private static let usualLimit = 20
}
