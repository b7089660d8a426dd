import ArgumentParser
import Reports
import RunModel
import ShiftAnalysis

/// `normscope health`: looks for layers that do not learn.
struct Health: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "health",
    abstract:
      "Say whether a network is healthy, or what is wrong: running statistics that lag, dead units, units whose variance is small against epsilon, vanished gammas, saturation and elements that are not finite."
  )

  @Argument(help: ArgumentHelp("The run.", valueName: "run"), completion: .runs)
  var runName: String
  @Option(help: "The step (default: the last one recorded).")
  var step: Int?
  @Option(
    help:
      "The examples: the training batch, or the probe (default: the probe if it was recorded at several steps)."
  )
  var population: Site.Population?
  @OptionGroup var layers: LayerOption
  @Flag(help: "Exit with code 3 if there is a problem.")
  var fail = false
  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: FormatOption

  func run() throws {
    let database = try database.openForReading()
    let run = try database.askedRun(runName)
    let health = try database.health(
      of: run, step: step, population: population, layers: layers.layer)
    let recorded = try database.layers(of: run)
    let finding = HealthFinding(health, try database.evaluations(of: run), of: run, recorded)
    try output.write(HealthReport.answer(health, finding, of: run, recorded))
    if fail && !finding.isHealthy { throw ExitCode(ExitStatus.limitExceeded) }
  }
}
