import ArgumentParser
import Reports
import RunModel
import ShiftAnalysis
import Statistics

/// `normscope shift`: reports how each layer's distribution moved over a run.
struct Shift: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shift",
    abstract: "Report how the distribution at each layer moved over a run.",
    discussion: """
      A shift is named by four coordinates: the tap (which tensor), the population (which examples), the statistics \
      (what batch norm normalized with) and the reference (what it is compared with). To compare two data sets, use \
      normscope data-shift.
      """)

  @Argument(help: ArgumentHelp("The run.", valueName: "run"), completion: .runs)
  var runName: String
  @OptionGroup var sites: SiteOptions
  @Option(
    help: ArgumentHelp(
      "What is compared with: \(ReferencePoint.notations); a window is pooled, and another run taken at the same step (default: start).",
      valueName: "reference"))
  var reference: ReferencePoint?
  @Option(
    help: ArgumentHelp(
      "The measures, separated by commas: \(ShiftMeasure.allCases.map(\.rawValue).joined(separator: ", ")); or, from recorded histograms, \(HistogramMeasure.allCases.map(\.rawValue).joined(separator: ", ")) (default: \(ShiftMeasure.standard.map(\.rawValue).joined(separator: ","))).",
      valueName: "measures"))
  var measure: CommaSeparatedList<MeasureName>?
  @Option(help: "The aggregate over the units of a layer; p90, max and rms use magnitudes.")
  var aggregate: UnitAggregate = .median
  @OptionGroup var count: PointsOption
  @Flag(
    help:
      "Pool the steps from one point to the next, instead of taking one step for all of them; with --points."
  )
  var pooled = false
  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: FormatOption

  func run() throws {
    guard count.points != nil || !pooled else {
      throw ValidationError(
        "Pooling needs a number of points; use --points too, as in --pooled --points 100.")
    }
    let measures = measure?.elements ?? ShiftMeasure.standard.map(MeasureName.moments)
    let histogramMeasures = try MeasureName.histogramMeasures(of: measures)
    guard histogramMeasures == nil || !pooled else {
      throw ValidationError("Histograms are not pooled; leave --pooled out.")
    }
    let database = try database.openForReading()
    let run = try database.askedRun(runName)
    if let histogramMeasures {
      return try writeHistogramShift(of: run, histogramMeasures, in: database)
    }
    var query = ShiftQuery(sites.query(points: count.points))
    query.reference = try database.askedReference(reference)
    query.measures = measures.compactMap(\.ofMoments)
    query.aggregate = aggregate
    query.isPooled = pooled
    try output.write(
      ShiftReport.answer(
        database.shift(of: run, query), of: run, database.layers(of: run), asked: sites.statistics),
      hasAskedSteps: count.points != nil)
  }

  private func writeHistogramShift(
    of run: Run, _ measures: [HistogramMeasure], in database: any RecordReading
  ) throws {
    var query = HistogramShiftQuery(sites.query(points: count.points))
    query.reference = try database.askedReference(reference)
    query.measures = measures
    query.aggregate = aggregate
    try output.write(
      HistogramShiftReport.answer(
        database.histogramShift(of: run, query), of: run, database.layers(of: run)),
      hasAskedSteps: count.points != nil)
  }
}
