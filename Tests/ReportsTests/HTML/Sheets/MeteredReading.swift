import RunModel
import Statistics

/// A store that counts what is read of another one.
final class MeteredReading: RunReading {
  private let store: any RunReading
  /// The steps of sites that were listed or counted, one by one.
  private(set) var listedCount = 0
  /// The moments of single steps, and of pools, that were read.
  private(set) var momentCount = 0
  /// The rows of `step` that were read.
  private(set) var stepCount = 0

  /// Reads `store`.
  init(_ store: any RunReading) { self.store = store }

  func runs(inTrash: Bool) throws -> [Run] { try store.runs(inTrash: inTrash) }
  func findRun(_ reference: String, inTrash: Bool) throws -> FoundRun {
    try store.findRun(reference, inTrash: inTrash)
  }

  func forEachStep(of run: Run, _ body: (StepRecord) throws -> Void) throws {
    try store.forEachStep(of: run) { step in
      stepCount += 1
      try body(step)
    }
  }
  func forEachStep(of run: Run, in range: ClosedRange<Int>, _ body: (StepRecord) throws -> Void)
    throws
  {
    try store.forEachStep(of: run, in: range) { step in
      stepCount += 1
      try body(step)
    }
  }
  func lastStep(of run: Run) throws -> StepRecord? { try store.lastStep(of: run) }
  func evaluations(of run: Run) throws -> [EvaluationRecord] { try store.evaluations(of: run) }
  func events(of run: Run) throws -> [EventRecord] { try store.events(of: run) }
  func gradientShifts(of run: Run) throws -> [GradientShiftRecord] {
    try store.gradientShifts(of: run)
  }
  func landscapePoints(of run: Run) throws -> [LandscapeRecord] {
    try store.landscapePoints(of: run)
  }

  func sites(of run: Run) throws -> [RecordedSite] { try store.sites(of: run) }
  func steps(at site: RecordedSite) throws -> [Int] { listed(try store.steps(at: site)) }
  func steps(at site: RecordedSite, in range: ClosedRange<Int>) throws -> [Int] {
    listed(try store.steps(at: site, in: range))
  }
  func stepCount(at site: RecordedSite) throws -> Int {
    listed(try store.steps(at: site)).count
  }
  func stepCount(at site: RecordedSite, in range: ClosedRange<Int>) throws -> Int {
    listed(try store.steps(at: site, in: range)).count
  }
  func stepRange(at site: RecordedSite) throws -> ClosedRange<Int>? {
    try store.stepRange(at: site)
  }
  func lastStep(at site: RecordedSite, upTo step: Int) throws -> Int? {
    try store.lastStep(at: site, upTo: step)
  }
  private func listed(_ steps: [Int]) -> [Int] {
    listedCount += steps.count
    return steps
  }

  func moment(at site: RecordedSite, step: Int, withAffine: Bool) throws -> Moment? {
    momentCount += 1
    return try store.moment(at: site, step: step, withAffine: withAffine)
  }
  func forEachMoment(
    at site: RecordedSite, withAffine: Bool, _ body: (borrowing Moment) throws -> Void
  ) throws {
    try store.forEachMoment(at: site, withAffine: withAffine) { moment in
      momentCount += 1
      try body(moment)
    }
  }
  func foldMoments<Part: Sendable>(
    at sites: [RecordedSite], withAffine: Bool, mayDivide: Bool, into empty: Part,
    _ add: @Sendable (_ part: inout Part, _ index: Int, _ moment: borrowing Moment) throws -> Void
  ) throws -> [Part] {
    momentCount += try sites.reduce(0) { try $0 + store.stepCount(at: $1) }
    return try store.foldMoments(
      at: sites, withAffine: withAffine, mayDivide: mayDivide, into: empty, add)
  }
  func pooledMoment(at site: RecordedSite, steps: Range<Int>) throws -> PooledMoment? {
    momentCount += 1
    return try store.pooledMoment(at: site, steps: steps)
  }

  func batchNoise(at site: RecordedSite) throws -> [BatchNoiseRecord] {
    try store.batchNoise(at: site)
  }
  func higherMoments(at site: RecordedSite, step: Int) throws -> HigherMoments? {
    try store.higherMoments(at: site, step: step)
  }
  func hasQuantiles(at site: RecordedSite) throws -> Bool { try store.hasQuantiles(at: site) }
  func quantiles(at site: RecordedSite, step: Int) throws -> FeatureQuantiles? {
    try store.quantiles(at: site, step: step)
  }
  func histogramAxis(at site: RecordedSite) throws -> HistogramAxis? {
    try store.histogramAxis(at: site)
  }
  func histogramSteps(at site: RecordedSite) throws -> [Int] {
    try store.histogramSteps(at: site)
  }
  func histograms(at site: RecordedSite, _ axis: HistogramAxis, step: Int) throws
    -> FeatureHistograms?
  {
    try store.histograms(at: site, axis, step: step)
  }
}
