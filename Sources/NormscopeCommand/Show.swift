import ArgumentParser
import Reports
import RunStore

/// `normscope show`: tells everything about one run, its series apart.
struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show a run's status, configuration, provenance, final figures and what it recorded.")

  @Argument(help: ArgumentHelp("The run.", valueName: "run"))
  var runName: String
  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: FormatOption

  func run() throws {
    let database = try database.openForReading()
    let report = try RunDetailReport(database.run(runName), in: database)
    try output.write(report.text)
  }
}
