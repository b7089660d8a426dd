import ArgumentParser
import Reports
import RunModel
import ShiftAnalysis
import Statistics

/// `normscope alarms`: looks for abrupt changes in what a run recorded.
struct Alarms: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "alarms",
    abstract: "Find the steps at which a layer's shift changes abruptly.",
    discussion: """
      Each record is compared with the \(TrailingShift.usualWindow) records before it, and a detector watches the series of these shifts. \
      `record --alarms` does the same while a run is recorded.
      """)

  @Argument(help: ArgumentHelp("The run.", valueName: "run"), completion: .runs)
  var runName: String
  @OptionGroup var tensor: TensorOptions
  @Option(help: "The examples: the training batch, or the probe.")
  var population: Site.Population = AlarmDetector.usualPopulation
  @Option(help: "The detector that watches the series.")
  var detector: AlarmDetector = .standardizedCUSUM
  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: FormatOption

  func run() throws {
    let database = try database.openForReading()
    let run = try database.askedRun(runName)
    let alarms = try database.alarms(of: run, tensor.query(population), by: detector)
    try output.write(AlarmReport.answer(alarms, of: run, database.layers(of: run), by: detector))
  }
}
