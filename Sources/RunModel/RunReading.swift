public import Statistics

/// A store of runs that answers questions about them, such as a database file or arrays in memory.
///
/// Each requirement throws `StoreError` where the store cannot be read, or holds what is impossible.
public protocol RunReading {
  // MARK: Runs

  /// The runs outside the trash or, where `inTrash`, those in it; oldest first.
  func runs(inTrash: Bool) throws -> [Run]

  /// The run that `reference` names: `latest`, `latest~N`, a name, `NAME~N`, or the beginning of an id.
  ///
  /// - Throws: `StoreError` of kind `unknownRun`, or `ambiguousRun` where several ids begin so.
  func findRun(_ reference: String, inTrash: Bool) throws -> FoundRun

  /// Says that these runs are read next, one after the other, so that a store may read their records together.
  func willRead(_ runs: [Run])

  // MARK: Records of a run

  /// Passes each step of a run to `body`, in order.
  func forEachStep(of run: Run, _ body: (StepRecord) throws -> Void) throws
  /// Passes each step of a run within `range` to `body`, in order.
  func forEachStep(of run: Run, in range: ClosedRange<Int>, _ body: (StepRecord) throws -> Void)
    throws
  /// The newest step of a run; nil before the first one.
  func lastStep(of run: Run) throws -> StepRecord?
  /// The evaluations of a run, by step, split and statistics.
  func evaluations(of run: Run) throws -> [EvaluationRecord]
  /// The events of a run, by step.
  func events(of run: Run) throws -> [EventRecord]
  /// The gradient shifts of a run, by step and layer.
  func gradientShifts(of run: Run) throws -> [GradientShiftRecord]
  /// The points of the loss landscapes of a run, by step and step length.
  func landscapePoints(of run: Run) throws -> [LandscapeRecord]

  // MARK: Moments of a site

  /// The sites of a run, by layer and in the order in which data passes through them.
  func sites(of run: Run) throws -> [RecordedSite]
  /// The steps at which a site has moments, in order.
  func steps(at site: RecordedSite) throws -> [Int]
  /// The number of steps at which a site has moments.
  func stepCount(at site: RecordedSite) throws -> Int
  /// The number of steps within `range` at which a site has moments.
  func stepCount(at site: RecordedSite, in range: ClosedRange<Int>) throws -> Int
  /// The steps within `range` at which a site has moments, in order.
  func steps(at site: RecordedSite, in range: ClosedRange<Int>) throws -> [Int]
  /// The first and the last step at which a site has moments; nil where it has none.
  func stepRange(at site: RecordedSite) throws -> ClosedRange<Int>?
  /// The last step up to `step` at which a site has moments; nil where it has none there.
  func lastStep(at site: RecordedSite, upTo step: Int) throws -> Int?

  /// The moment at a site and a step, with gamma and beta where `withAffine` and the site has them; nil where it was not
  /// recorded.
  func moment(at site: RecordedSite, step: Int, withAffine: Bool) throws -> Moment?

  /// Passes each moment at a site to `body`, in order of steps; the store reuses the moment's memory for the next one.
  func forEachMoment(
    at site: RecordedSite, withAffine: Bool, _ body: (borrowing Moment) throws -> Void) throws

  /// Folds the moments at several sites into one value, or into several that cover successive ranges of steps.
  ///
  /// - Parameters:
  ///   - sites: the sites.
  ///   - withAffine: whether to read gamma and beta, where a site has them.
  ///   - mayDivide: whether the store may read several parts at the same time, each into a value of its own.
  ///   - empty: the value that each part begins with.
  ///   - add: adds a moment to a part, given the index of its site in `sites`; called in order of steps at each site.
  /// - Returns: the parts, in order of steps; one unless `mayDivide`.
  /// - Throws: `StoreError`, or what `add` throws.
  func foldMoments<Part: Sendable>(
    at sites: [RecordedSite], withAffine: Bool, mayDivide: Bool, into empty: Part,
    _ add: @Sendable (_ part: inout Part, _ index: Int, _ moment: borrowing Moment) throws -> Void
  ) throws -> [Part]

  /// The moments of all rows of the steps recorded in `steps`, pooled by the law of total variance; nil without rows.
  func pooledMoment(at site: RecordedSite, steps: Range<Int>) throws -> PooledMoment?
  /// The pooled moments of several ranges of steps; nil where the store pools them no faster at once than one by one.
  func pooledMoments(at site: RecordedSite, windows: [Range<Int>]) throws -> [PooledMoment?]?

  /// How far the distribution went at each of several sites.
  func travels(at sites: [TravelSite]) throws -> [SiteTravel]
  /// The shifts by which abrupt changes at each of several sites are found.
  func trailingShifts(at sites: [TravelSite]) throws -> [[TrailingShiftRecord]]

  /// The measurements of batch noise at a site, by step.
  func batchNoise(at site: RecordedSite) throws -> [BatchNoiseRecord]

  // MARK: Distributions of a site

  /// The skewness and kurtosis at a site and a step; nil where they were not recorded.
  func higherMoments(at site: RecordedSite, step: Int) throws -> HigherMoments?
  /// Whether a site has quantiles at any step.
  func hasQuantiles(at site: RecordedSite) throws -> Bool
  /// The quantiles at a site and a step, by level; nil where they were not recorded.
  func quantiles(at site: RecordedSite, step: Int) throws -> FeatureQuantiles?
  /// The bins of the histograms at a site; nil where it has none.
  func histogramAxis(at site: RecordedSite) throws -> HistogramAxis?
  /// The steps at which a site has histograms, in order.
  func histogramSteps(at site: RecordedSite) throws -> [Int]
  /// The histograms at a site and a step, over the bins `axis` of the site; nil where they were not recorded.
  func histograms(at site: RecordedSite, _ axis: HistogramAxis, step: Int) throws
    -> FeatureHistograms?
}

extension RunReading {
  /// Nil, where moments are at hand.
  public func pooledMoments(at site: RecordedSite, windows: [Range<Int>]) throws -> [PooledMoment?]?
  { nil }

  /// Does nothing, where records are at hand.
  public func willRead(_ runs: [Run]) {}

  /// Passes each step of a run within `range` to `body`, in order, after reading all of them.
  ///
  /// - Throws: `StoreError`, or what `body` throws.
  public func forEachStep(
    of run: Run, in range: ClosedRange<Int>, _ body: (StepRecord) throws -> Void
  ) throws {
    try forEachStep(of: run) { if range.contains($0.step) { try body($0) } }
  }

  /// The steps within `range` at which a site has moments, in order.
  ///
  /// - Throws: `StoreError`.
  public func steps(at site: RecordedSite, in range: ClosedRange<Int>) throws -> [Int] {
    try steps(at: site).filter(range.contains)
  }

  /// The last step up to `step` at which a site has moments; nil where it has none there.
  ///
  /// - Throws: `StoreError`.
  public func lastStep(at site: RecordedSite, upTo step: Int) throws -> Int? {
    step < 0 ? nil : try steps(at: site, in: 0...step).last
  }

  /// The run that `reference` names; of several runs with one name, the newest.
  ///
  /// - Throws: `StoreError`, as `findRun(_:inTrash:)`.
  public func run(_ reference: String, inTrash: Bool = false) throws -> Run {
    try findRun(reference, inTrash: inTrash).run
  }

  /// The number of steps at which a site has moments.
  ///
  /// - Throws: `StoreError`.
  public func stepCount(at site: RecordedSite) throws -> Int { try steps(at: site).count }

  /// The number of steps within `range` at which a site has moments.
  ///
  /// - Throws: `StoreError`.
  public func stepCount(at site: RecordedSite, in range: ClosedRange<Int>) throws -> Int {
    try steps(at: site, in: range).count
  }

  /// The evaluations at the last step at which each split of a run was evaluated, by step, split and statistics.
  ///
  /// - Throws: `StoreError`.
  public func lastEvaluations(of run: Run) throws -> [EvaluationRecord] {
    let all = try evaluations(of: run)
    let last = Dictionary(all.map { ($0.split, $0.step) }, uniquingKeysWith: max)
    return all.filter { $0.step == last[$0.split] }
  }

  /// The evaluations at the last step at which a run was evaluated on the split that represents it, one for each
  /// statistics mode.
  ///
  /// - Throws: `StoreError`.
  public func finalEvaluations(of run: Run) throws -> [EvaluationRecord] {
    let last = try lastEvaluations(of: run)
    let split = last.map(\.split).representative
    return last.filter { $0.split == split }
  }
}
