package import RunModel
package import Statistics

/// A store of runs in memory, for tests of what asks a store and needs no database.
package final class RunArrays: RunRecording {
  /// The number of parts in which moments are folded, where that is allowed.
  private let partCount: Int
  private var recorders: [ArrayRecorder] = []

  /// An empty store.
  package init(partCount: Int = 1) {
    self.partCount = partCount
  }

  package func begin(_ run: NewRun) -> any RunWriting {
    let recorder = ArrayRecorder(id: recorders.count, run)
    recorders.append(recorder)
    return recorder
  }

  // MARK: - Runs

  package func runs(inTrash: Bool) -> [Run] { inTrash ? [] : recorders.map(\.run) }

  package func findRun(_ reference: String, inTrash: Bool) throws -> FoundRun {
    let runs = runs(inTrash: inTrash)
    let found = runs.last {
      reference == "latest" || $0.name == reference
        || (reference.count > 3 && $0.uuid.hasPrefix(reference))
    }
    guard let found else { throw StoreError(.unknownRun, "No run goes by \"\(reference)\".") }
    return FoundRun(found)
  }

  package func forEachStep(of run: Run, _ body: (StepRecord) throws -> Void) throws {
    try recorders[run.id].steps.forEach(body)
  }

  package func lastStep(of run: Run) -> StepRecord? { recorders[run.id].steps.last }
  package func evaluations(of run: Run) -> [EvaluationRecord] {
    recorders[run.id].evaluations.sorted {
      ($0.step, $0.split.rawValue, $0.statistics.rawValue)
        < ($1.step, $1.split.rawValue, $1.statistics.rawValue)
    }
  }
  package func events(of run: Run) -> [EventRecord] { recorders[run.id].events }
  package func gradientShifts(of run: Run) -> [GradientShiftRecord] {
    recorders[run.id].gradientShifts
  }
  package func landscapePoints(of run: Run) -> [LandscapeRecord] {
    recorders[run.id].landscapePoints
  }

  // MARK: - Moments

  /// The sites of a run, in the order of a database; their id is the id of the run.
  package func sites(of run: Run) -> [RecordedSite] {
    let places = recorders[run.id].sites.keys.sorted { first, second in
      func order(_ site: Site) -> (Int, Int, String, String) {
        (
          site.layer, Site.Tap.allCases.firstIndex(of: site.tap) ?? 0, site.population.rawValue,
          site.statistics.rawValue
        )
      }
      return order(first) < order(second)
    }
    return places.map { RecordedSite(id: run.id, site: $0) }
  }

  private func records(at site: RecordedSite) -> ArrayRecorder.SiteRecords {
    recorders[site.id].sites[site.site] ?? ArrayRecorder.SiteRecords()
  }

  private func moments(at site: RecordedSite, withAffine: Bool) -> [Moment] {
    steps(at: site).compactMap { moment(at: site, step: $0, withAffine: withAffine) }
  }

  package func steps(at site: RecordedSite) -> [Int] { records(at: site).moments.keys.sorted() }

  package func stepRange(at site: RecordedSite) -> ClosedRange<Int>? {
    let steps = steps(at: site)
    return steps.first.map { $0...(steps.last ?? $0) }
  }

  package func moment(at site: RecordedSite, step: Int, withAffine: Bool) -> Moment? {
    var moment = records(at: site).moments[step]
    if !withAffine {
      moment?.gamma = []
      moment?.beta = []
    }
    return moment
  }

  package func forEachMoment(
    at site: RecordedSite, withAffine: Bool, _ body: (borrowing Moment) throws -> Void
  ) throws {
    for moment in moments(at: site, withAffine: withAffine) { try body(moment) }
  }

  package func foldMoments<Part: Sendable>(
    at sites: [RecordedSite], withAffine: Bool, mayDivide: Bool, into empty: Part,
    _ add: @Sendable (_ part: inout Part, _ index: Int, _ moment: borrowing Moment) throws -> Void
  ) throws -> [Part] {
    let rows = sites.enumerated().flatMap { index, site in
      moments(at: site, withAffine: withAffine).map { (index, $0) }
    }.sorted { $0.1.step < $1.1.step }
    let end = (rows.last?.1.step ?? 0) + 1
    var parts = [Part](repeating: empty, count: mayDivide ? partCount : 1)
    for (index, moment) in rows { try add(&parts[moment.step * parts.count / end], index, moment) }
    return parts
  }

  package func pooledMoment(at site: RecordedSite, steps: Range<Int>) -> PooledMoment? {
    var pool = StepPool(width: site.site.width)
    for moment in moments(at: site, withAffine: false) where steps.contains(moment.step) {
      pool.add(moment)
    }
    return pool.moment(ofStepsFrom: steps.lowerBound)
  }

  package func batchNoise(at site: RecordedSite) -> [BatchNoiseRecord] { records(at: site).noise }

  // MARK: - Distributions

  package func higherMoments(at site: RecordedSite, step: Int) -> HigherMoments? {
    records(at: site).higherMoments[step]
  }

  package func hasQuantiles(at site: RecordedSite) -> Bool {
    !records(at: site).quantiles.isEmpty
  }

  package func quantiles(at site: RecordedSite, step: Int) -> FeatureQuantiles? {
    records(at: site).quantiles[step]
  }

  package func histogramAxis(at site: RecordedSite) -> HistogramAxis? {
    records(at: site).histograms.values.first?.axis
  }

  package func histogramSteps(at site: RecordedSite) -> [Int] {
    records(at: site).histograms.keys.sorted()
  }

  package func histograms(at site: RecordedSite, _ axis: HistogramAxis, step: Int)
    -> FeatureHistograms?
  {
    records(at: site).histograms[step]
  }
}
