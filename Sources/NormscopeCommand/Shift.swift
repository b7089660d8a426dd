import ArgumentParser
import Experiments
import Reports
import RunStore
import ShiftAnalysis
import Statistics

/// `normscope shift`: reports how each layer's distribution moved.
struct Shift: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shift",
    abstract: "Report how the distribution at each layer moved over a run.",
    discussion: """
      A shift is named by four coordinates: the tap (which tensor), the population (which examples), the \
      statistics (what batch norm normalized with) and the reference (what it is compared with).
      """)

  @Argument(help: ArgumentHelp("The run.", valueName: "run"))
  var runName: String
  @OptionGroup var sites: SiteOptions
  @Option(
    help: ArgumentHelp(
      "What is compared with: \(ReferencePoint.notations); a window is pooled, and another run taken at the same step.",
      valueName: "reference"))
  var reference: ReferencePoint = .start
  @Option(
    help: ArgumentHelp(
      "The measures, separated by commas: \(ShiftMeasure.allCases.map(\.rawValue).joined(separator: ", ")); or, from recorded histograms, \(HistogramMeasure.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "measures"))
  var measure = CommaSeparatedList(ShiftMeasure.standard.map(MeasureName.moments))
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
  @OptionGroup var output: FormatOption

  func run() throws {
    if let points, points < 1 {
      throw ConfigurationError(
        "There can't be \(points) points; use 1 or more, as in --points 100.")
    }
    guard points != nil || !pooled else {
      throw ConfigurationError(
        "Pooling needs a number of points; use --points too, as in --pooled --points 100.")
    }
    let histogramMeasures = try MeasureName.histogramMeasures(of: measure.elements)
    guard histogramMeasures == nil || !pooled else {
      throw ConfigurationError("Histograms are not pooled; leave --pooled out.")
    }
    let database = try database.openForReading()
    let run = try database.run(runName)
    if let histogramMeasures {
      return try writeHistogramShift(of: run, histogramMeasures, in: database)
    }
    var query = sites.query
    query.reference = reference
    query.measures = measure.elements.compactMap(\.ofMoments)
    query.aggregate = aggregate
    query.points = points
    query.isPooled = pooled
    let report = ShiftReport(try database.shift(of: run, query), of: run)
    try output.write { try report.write($0, isStyled: $1, $2) }
  }

  private func writeHistogramShift(
    of run: Run, _ measures: [HistogramMeasure], in database: RunDatabase
  ) throws {
    var query = HistogramShiftQuery()
    query.layer = sites.layer
    query.tap = sites.tap
    query.population = sites.population
    query.statistics = sites.statistics
    query.reference = reference
    query.measures = measures
    query.aggregate = aggregate
    query.points = points
    let report = HistogramShiftReport(try database.histogramShift(of: run, query), of: run)
    try output.write(report.text)
  }
}
