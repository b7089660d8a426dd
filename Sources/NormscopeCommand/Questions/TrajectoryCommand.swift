import ArgumentParser
import Reports
import RunModel
import ShiftAnalysis
import Statistics

/// `normscope trajectory`: reports the path of each layer's distribution.
struct TrajectoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trajectory",
    abstract:
      "Report the path of each layer's distribution: length, displacement, settling step, and the part that is noise."
  )

  @Argument(help: ArgumentHelp("The run.", valueName: "run"), completion: .runs)
  var runName: String
  @OptionGroup var sites: SiteOptions
  @Option(
    help: ArgumentHelp(
      "The metric of the path (default: \(ShiftMeasure.w2.rawValue)).", valueName: "metric"))
  var measure: MetricName?
  @Option(help: "The aggregate over the units of a layer; p90, max and rms use magnitudes.")
  var aggregate: UnitAggregate = .median
  @Option(help: "The least number of steps from one record to the next.")
  var every = 1
  @Option(
    help:
      "Print the lag curve instead: the mean squared W2 of records that are 1 to this many records apart."
  )
  var lags: Int?
  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: FormatOption

  func validate() throws {
    guard lags == nil || measure == nil else {
      throw ValidationError("A lag curve uses the squared W2; leave --measure out.")
    }
  }

  func run() throws {
    for (name, value) in [("--every", every), ("--lags", lags ?? 1)] where value < 1 {
      throw ValidationError("\(name) is \(value); use 1 or more.")
    }
    if let lags, lags > 10_000 {
      throw ValidationError("A lag curve of \(lags) lags is too long; use at most 10000.")
    }
    let database = try database.openForReading()
    let run = try database.askedRun(runName)
    let measure = measure?.measure ?? .w2
    let trajectories = try database.trajectories(
      of: run, sites.query(), measure: measure, aggregate: aggregate, spacing: every,
      longestLag: lags ?? 2)
    let layers = try database.layers(of: run)
    try output.write(
      lags == nil
        ? TrajectoryReport.answer(
          trajectories, of: run, layers, measure: measure, aggregate: aggregate)
        : TrajectoryReport.lagAnswer(trajectories, of: run, layers, aggregate: aggregate),
      hasAskedSteps: lags != nil)
  }
}
