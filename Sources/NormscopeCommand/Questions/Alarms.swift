import ArgumentParser
import Reports
import RunModel
import RunStore
import ShiftAnalysis

/// `normscope alarms`: looks for changes in what a run recorded.
struct Alarms: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "alarms",
    abstract: "Look for steps at which a layer began to move otherwise than before.",
    discussion: """
      Each record is compared with the 50 records before it, and the series of these shifts is watched. \
      `record --alarms` does the same while a run is recorded.
      """)

  @Argument(help: ArgumentHelp("The run.", valueName: "run"))
  var runName: String
  @OptionGroup var sites: SiteOptions
  @Option(help: "What watches the series.")
  var detector: AlarmDetector = .standardizedCUSUM
  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: FormatOption

  func run() throws {
    let database = try database.openForReading()
    let run = try database.askedRun(runName)
    var query = sites.query()
    // A change is found where every step is recorded, not in a probe now and then.
    query.population = sites.population ?? .batch
    let alarms = try database.alarms(of: run, query, by: detector)
    try output.write(AlarmReport.answer(alarms, of: run, by: detector))
  }
}
