import ArgumentParser
import Training
import Network
import SQLite

/// The command `normscope`.
struct Normscope: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "normscope",
    abstract: "Record what each layer's input distribution does while a network trains.",
    discussion: """
        normscope record --norm batch --steps 1000 --name with-bn
        normscope shift with-bn

      A run is recorded into one SQLite file, the database: --db FILE, else $NORMSCOPE_DB, else \
      ./normscope.db. RUN is a run's name, the beginning of its id, `latest`, or `latest~1` for the one \
      before it. `normscope help coordinates`, `measures`, `noise` and `sql` explain what answers mean. \
      `normscope --generate-completion-script bash` (zsh, fish) completes commands, options, runs and files.
      """,
    version: version,
    // Each declares its name, because deriving it from the type takes time at every start of the program.
    groupedSubcommands: [
      CommandGroup(
        name: "Recording",
        subcommands: [
          Demo.self, Record.self, StudyCommand.self, Watch.self, Serve.self, IngestCommand.self,
        ]),
      CommandGroup(
        name: "Question",
        subcommands: [
          Show.self, Health.self, Shift.self, DistributionCommand.self, TrajectoryCommand.self,
          Alarms.self, Events.self, Gradients.self, Landscape.self,
        ]),
      CommandGroup(
        name: "Comparison",
        subcommands: [Compare.self, DataShiftCommand.self, Check.self, FigureCommand.self]),
      CommandGroup(
        name: "Run and file",
        subcommands: [Runs.self, Export.self, SQLCommand.self, DatabaseCommands.self]),
      CommandGroup(
        name: "Central store",
        subcommands: [RemoteCommands.self, PushRuns.self, PullRuns.self]),
    ])

  func run() throws {
    throw ValidationError(
      "Name a command, as in normscope record; normscope --help lists them.")
  }

  /// The versions of what it is made of.
  private static var version: String {
    let fault = Connection.hasWALResetBug ? " (with the WAL-reset bug)" : ""
    let programs = "normscope \(toolVersion), SQLite \(Connection.libraryVersion)\(fault)"
    // Finding the kernel's name loads its library, which a query would wait for.
    guard CommandLine.arguments.contains("--version") else { return programs }
    return programs + ", matrix kernel \(MatrixKernel.fastest.name)"
  }
}
