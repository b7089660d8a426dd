import ArgumentParser
import Reports
import RunModel
import ShiftAnalysis
import Statistics

/// `normscope alarms`: looks for abrupt changes in what a run, or each of several runs, recorded.
struct Alarms: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "alarms",
    abstract: "Find the steps at which a layer's shift changes abruptly.",
    discussion: """
      Each record is compared with the \(TrailingShift.usualWindow) records before it, and a detector watches the series of these shifts. \
      `record --alarms` does the same while a run is recorded.

      --where counts the alarms of each run that matches (the expressions of `normscope runs list --help`).
      """)

  @Argument(help: ArgumentHelp("The run.", valueName: "run"), completion: .runs)
  var runName: String?
  @Option(
    name: .customLong("where"),
    help: ArgumentHelp(
      "Instead of a run: count the alarms of each run that matches.", valueName: "expression"))
  var condition: String?
  @OptionGroup var tensor: TensorOptions
  @Option(help: "The examples: the training batch, or the probe.")
  var population: Site.Population = AlarmDetector.usualPopulation
  @Option(help: "The detector that watches the series.")
  var detector: AlarmDetector = .standardizedCUSUM
  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: FormatOption

  func validate() throws {
    guard (runName == nil) != (condition == nil) else {
      throw ValidationError("Name a run, or runs by --where.")
    }
  }

  func run() throws {
    let selection = try condition.map { try RunSelection(condition: $0) }
    let database = try database.openForReading()
    if let selection {
      let runs = try selection.runs(of: database, inTrash: false, newestFirst: true)
      let alarms = try database.alarms(of: runs, tensor.query(population), by: detector)
      return try output.write(RunAlarmReport.answer(Array(zip(runs, alarms)), by: detector))
    }
    guard let runName else { return }
    let run = try database.askedRun(runName)
    let alarms = try database.alarms(of: run, tensor.query(population), by: detector)
    try output.write(AlarmReport.answer(alarms, of: run, database.layers(of: run), by: detector))
  }
}
