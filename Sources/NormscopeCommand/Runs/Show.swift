import ArgumentParser
import Reports
import RunModel
import RunStore

/// `normscope show`: prints one run, but for its series.
struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show a run's status, configuration, provenance, final figures and recorded tensors.")

  @Argument(help: ArgumentHelp("The run.", valueName: "run"))
  var runName: String
  @Flag(
    name: .customLong("configuration"),
    help: "Print the configuration alone, as `record --config` takes it.")
  var showsConfiguration = false
  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: FormatOption

  func validate() throws {
    guard !showsConfiguration || [.table, .json].contains(output.format) else {
      throw ValidationError(
        "A configuration is JSON; leave --format \(output.format.rawValue) out.")
    }
  }

  func run() throws {
    let database = try database.openForReading()
    let run = try database.askedRun(runName)
    if showsConfiguration {
      return try Terminal.write(RunDetailReport.configuration(of: run))
    }
    try output.write(RunDetailReport.answer(run, in: database))
  }
}
