import ArgumentParser
import Experiments
import Reports
import RunStore
import ShiftAnalysis
import Statistics

/// `normscope shift`: reports how each layer's distribution moved.
struct Shift: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Report how the distribution at each layer moved over a run, or how far one data set is from another.",
    discussion: """
      With --data-target it compares data sets: covariate shift of data, at the features and, where a run is named, \
      at the layers of its network, whose weights stay as they are. Without it, it follows the network's own \
      distributions over training. A shift of that kind is named by four coordinates: the tap (which tensor), the population (which examples), the \
      statistics (what batch norm normalized with) and the reference (what it is compared with).
      """)

  @Argument(
    help: ArgumentHelp("The run; not needed to compare data sets.", valueName: "run"))
  var runName: String?
  @Option(help: "The layer, from 1 (default: all).")
  var layer: Int?
  @Option(help: "The tensor.")
  var tap: Site.Tap = .preactivation
  @Option(
    help: "The examples: the training batch, or the probe (default: the probe if it was recorded).")
  var population: Site.Population?
  @Option(help: "What batch norm normalized with (default: the batch's own statistics).")
  var statistics: Site.Statistics?
  @Option(
    help: ArgumentHelp(
      "What is compared with: start, previous, step:N or final (default: start).",
      valueName: "reference"))
  var reference: ReferencePoint?
  @Option(
    help: ArgumentHelp(
      "The measures, separated by commas: \(ShiftMeasure.allCases.map(\.rawValue).joined(separator: ", ")) (default: \(ShiftMeasure.standard.map(\.rawValue).joined(separator: ","))).",
      valueName: "measures"))
  var measure: CommaSeparatedList<ShiftMeasure>?
  @Option(help: "How the units of a layer are summed up; p90, max and rms are of magnitudes.")
  var aggregate: UnitAggregate = .median
  @Option(help: "At most so many steps, evenly spread (default: every recorded step).")
  var points: Int?
  @Flag(
    help:
      "Pool the steps from one point to the next, instead of taking one step for all of them; with --points."
  )
  var pooled = false
  @OptionGroup var database: DatabaseOption
  @OptionGroup(title: "Options to compare data sets") var data: DataShiftOptions
  @OptionGroup var output: FormatOption

  func validate() throws {
    guard data.areUsed else {
      guard runName != nil else {
        throw ValidationError(
          "Name a run, as in normscope shift latest, or a data set, as in --data-reference digits --data-target digits."
        )
      }
      return
    }
    let others = [
      ("--layer", layer != nil), ("--population", population != nil),
      ("--statistics", statistics != nil), ("--reference", reference != nil),
      ("--measure", measure != nil), ("--points", points != nil), ("--pooled", pooled),
    ]
    if let other = others.first(where: \.1)?.0 {
      throw ValidationError(
        "\(other) is about steps of training; leave it out to compare data sets.")
    }
  }

  func run() throws {
    let text = try data.areUsed ? dataShift() : runShift()
    try output.write(text)
  }

  private func dataShift() throws -> (OutputFormat, Bool) throws -> String {
    let database = try runName == nil ? nil : database.openForReading()
    let run = try runName.flatMap { try database?.run($0) }
    let network = try run.flatMap { run in try database.map { try RecordedNetwork(of: run, in: $0) }
    }
    let configuration = try data.configuration(tap: tap, runData: network?.configuration.data)
    return try data.report(configuration, of: run, network, tap: tap, aggregate: aggregate).text
  }

  private func runShift() throws -> (OutputFormat, Bool) throws -> String {
    if let points, points < 1 {
      throw ConfigurationError(
        "There can't be \(points) points; use 1 or more, as in --points 100.")
    }
    guard points != nil || !pooled else {
      throw ConfigurationError(
        "Pooling needs a number of points; use --points too, as in --pooled --points 100.")
    }
    let database = try database.openForReading()
    let run = try database.run(runName ?? "")
    var query = ShiftQuery()
    query.layer = layer
    query.tap = tap
    query.population = population
    query.statistics = statistics
    query.reference = reference ?? .start
    query.measures = measure?.elements ?? ShiftMeasure.standard
    query.aggregate = aggregate
    query.points = points
    query.isPooled = pooled
    return ShiftReport(try database.shift(of: run, query), of: run).text
  }
}
