import ArgumentParser
import Training
import Reports
import RunModel
import RunStore
import ShiftAnalysis
import Statistics

/// `normscope shift`: reports how each layer's distribution moved, over a run or from one data set to another.
struct Shift: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shift",
    abstract:
      "Report how the distribution at each layer moved over a run, or how far one data set is from another.",
    discussion: """
      Over a run, a shift is named by four coordinates: the tap (which tensor), the population (which examples), the \
      statistics (what batch norm normalized with) and the reference (what it is compared with).

      With --data-target or --corrupt it compares two data sets: covariate shift of data, at the features and, where a \
      run is named, at the layers of its network, whose weights stay as they are.
      """)

  @Argument(
    help: ArgumentHelp("The run; not needed to compare data sets.", valueName: "run"))
  var runName: String?
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
  @Option(help: "How the units of a layer are summed up; p90, max and rms are of magnitudes.")
  var aggregate: UnitAggregate = .median
  @Option(help: "At most so many steps, evenly spread (default: every recorded step).")
  var points: Int?
  @Flag(
    help:
      "Pool the steps from one point to the next, instead of taking one step for all of them; with --points."
  )
  var pooled = false
  @OptionGroup(title: "Options to compare data sets") var data: DataShiftOptions
  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: FormatOption

  func validate() throws {
    guard data.areUsed else { return }
    let others = [
      ("--layer", sites.layer != nil), ("--population", sites.population != nil),
      ("--statistics", sites.statistics != nil), ("--reference", reference != nil),
      ("--measure", measure != nil), ("--points", points != nil), ("--pooled", pooled),
    ]
    if let other = others.first(where: \.1)?.0 {
      throw ValidationError(
        "\(other) is about steps of training; leave it out to compare data sets.")
    }
  }

  func run() throws {
    guard !data.areUsed else { return try writeDataShift() }
    guard let runName else {
      throw ConfigurationError(
        "Name a run, as in normscope shift latest, or data sets, as in --data-reference digits --data-target digits."
      )
    }
    if let points, points < 1 {
      throw ConfigurationError(
        "There can't be \(points) points; use 1 or more, as in --points 100.")
    }
    guard points != nil || !pooled else {
      throw ConfigurationError(
        "Pooling needs a number of points; use --points too, as in --pooled --points 100.")
    }
    let measures = measure?.elements ?? ShiftMeasure.standard.map(MeasureName.moments)
    let histogramMeasures = try MeasureName.histogramMeasures(of: measures)
    guard histogramMeasures == nil || !pooled else {
      throw ConfigurationError("Histograms are not pooled; leave --pooled out.")
    }
    let database = try database.openForReading()
    let run = try database.askedRun(runName)
    if let histogramMeasures {
      return try writeHistogramShift(of: run, histogramMeasures, in: database)
    }
    var query = ShiftQuery(sites.query(points: points))
    query.reference = try database.askedReference(reference)
    query.measures = measures.compactMap(\.ofMoments)
    query.aggregate = aggregate
    query.isPooled = pooled
    try output.write(ShiftReport.answer(database.shift(of: run, query), of: run))
  }

  private func writeDataShift() throws {
    guard let runName else {
      let report = try data.report(tap: sites.tap, aggregate: aggregate, nil)
      return try output.write(report.text)
    }
    let database = try database.openForReading()
    let run = try database.askedRun(runName)
    let network = try RecordedNetwork(of: run, in: database)
    let report = try data.report(tap: sites.tap, aggregate: aggregate, (run, network))
    try output.write(report.text)
  }

  private func writeHistogramShift(
    of run: Run, _ measures: [HistogramMeasure], in database: RunDatabase
  ) throws {
    var query = HistogramShiftQuery(sites.query(points: points))
    query.reference = try database.askedReference(reference)
    query.measures = measures
    query.aggregate = aggregate
    try output.write(HistogramShiftReport.answer(database.histogramShift(of: run, query), of: run))
  }
}
