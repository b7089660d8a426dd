import ArgumentParser
import Training
import Reports
import RunModel
import RunStore
import ShiftAnalysis
import Statistics

/// `normscope trajectory`: reports the way that each layer's distribution went.
struct TrajectoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trajectory",
    abstract:
      "Report the way each layer's distribution went: path, displacement, settling step, and what of it is noise."
  )

  @Argument(help: ArgumentHelp("The run.", valueName: "run"))
  var runName: String
  @OptionGroup var sites: SiteOptions
  @Option(
    help:
      "The metric of the path: \(ShiftMeasure.allCases.filter(\.isMetric).map(\.rawValue).joined(separator: ", "))."
  )
  var measure: ShiftMeasure = .w2
  @Option(help: "How the units of a layer are summed up; p90, max and rms are of magnitudes.")
  var aggregate: UnitAggregate = .median
  @Option(help: "The least number of steps from one record to the next.")
  var every = 1
  @Option(
    help:
      "Print the lag curve instead: the mean squared W2 of records that are 1 to so many records apart."
  )
  var lags: Int?
  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: FormatOption

  func run() throws {
    for (name, value) in [("--every", every), ("--lags", lags ?? 1)] where value < 1 {
      throw ConfigurationError("\(name) can't be \(value); use 1 or more.")
    }
    if let lags, lags > 10_000 {
      throw ConfigurationError("A lag curve of \(lags) lags is too long; use at most 10000.")
    }
    let database = try database.openForReading()
    let run = try database.askedRun(runName)
    let trajectories = try database.trajectories(
      of: run, sites.query(), measure: measure, aggregate: aggregate, spacing: every,
      longestLag: lags ?? 2)
    try output.write(
      lags == nil
        ? TrajectoryReport.answer(trajectories, of: run, measure: measure, aggregate: aggregate)
        : TrajectoryReport.lagAnswer(trajectories, of: run, aggregate: aggregate))
  }
}
