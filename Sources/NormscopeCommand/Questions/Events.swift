import ArgumentParser
import Reports
import RunModel
import RunStore

/// `normscope events`: lists the events of a run.
struct Events: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "events",
    abstract: "List the events of a run: resumed, diverged, elements not finite, alarms.")

  @Argument(help: ArgumentHelp("The run.", valueName: "run"))
  var runName: String
  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: FormatOption

  func run() throws {
    let database = try database.openForReading()
    let run = try database.askedRun(runName)
    try output.write(EventReport.answer(database.events(of: run), of: run))
  }
}
