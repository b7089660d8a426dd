import ArgumentParser
import Reports
import RunStore
import ShiftAnalysis

/// `normscope compare`: puts two runs side by side.
struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract:
      "Compare two runs: what differs in their configurations, how they ended, how far each layer drifted."
  )

  @Argument(help: "The first run.")
  var first: String
  @Argument(help: "The second run.")
  var second: String
  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: FormatOption

  func run() throws {
    let database = try database.openForReading()
    let comparison = try RunComparison(database.run(first), database.run(second), in: database)
    try output.write(ComparisonReport(comparison).text)
  }
}
