import ArgumentParser
import Reports
import RunModel
import ShiftAnalysis

/// `normscope distribution`: prints the distribution at each layer.
struct DistributionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "distribution",
    abstract: "Print the distribution at each layer over a run.",
    discussion: """
      Mean, standard deviation and, if recorded, quantiles (`record --quantiles 0.15,0.5,0.85`), \
      skewness and kurtosis (`record --higher-moments`).
      """)

  @Argument(help: ArgumentHelp("The run.", valueName: "run"), completion: .runs)
  var runName: String
  @OptionGroup var sites: SiteOptions
  @Option(help: "The unit, from 1 (default: the median over the units, figure by figure).")
  var unit: Int?
  @OptionGroup var count: PointsOption
  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: FormatOption

  func run() throws {
    let database = try database.openForReading()
    let run = try database.askedRun(runName)
    var query = DistributionQuery(sites.query(points: count.points))
    query.unit = unit
    try output.write(
      DistributionReport.answer(
        database.distribution(of: run, query), of: run, database.layers(of: run)),
      hasAskedSteps: count.points != nil)
  }
}
