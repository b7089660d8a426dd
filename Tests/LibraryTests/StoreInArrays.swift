import RunModel
import Statistics

/// A store of one run that a user of the library wrote: moments in arrays, and nothing else recorded.
struct StoreInArrays: RunReading {
  let run = Run(
    id: 1, uuid: "aaaaaaaa-0000-4000-8000-000000000001", name: "mine", status: .finished,
    startedAt: "2026-01-31T12:00:00.000Z", heartbeatAt: "2026-01-31T12:00:00.000Z", stepCount: 3)
  let site = RecordedSite(
    id: 1,
    site: Site(layer: 1, tap: .preactivation, population: .batch, statistics: .none, width: 1))
  let moments = [0, 3, 9].enumerated().map { step, mean in
    Moment(step: step, count: 8, nonFiniteCount: 0, mean: [Float(mean)], variance: [4])
  }

  func runs(inTrash: Bool) -> [Run] { inTrash ? [] : [run] }

  func findRun(_ reference: String, inTrash: Bool) throws -> FoundRun {
    guard reference == run.name else {
      throw StoreError(.unknownRun, "There is no run \(reference).")
    }
    return FoundRun(run)
  }

  func sites(of run: Run) -> [RecordedSite] { [site] }
  func steps(at site: RecordedSite) -> [Int] { moments.map(\.step) }
  func stepRange(at site: RecordedSite) -> ClosedRange<Int>? { 0...2 }

  func moment(at site: RecordedSite, step: Int, withAffine: Bool) -> Moment? {
    moments.first { $0.step == step }
  }

  func forEachMoment(
    at site: RecordedSite, withAffine: Bool, _ body: (borrowing Moment) throws -> Void
  ) throws {
    for moment in moments { try body(moment) }
  }

  func foldMoments<Part: Sendable>(
    at sites: [RecordedSite], withAffine: Bool, mayDivide: Bool, into empty: Part,
    _ add: @Sendable (_ part: inout Part, _ index: Int, _ moment: borrowing Moment) throws -> Void
  ) throws -> [Part] {
    var part = empty
    for index in sites.indices {
      for moment in moments { try add(&part, index, moment) }
    }
    return [part]
  }

  // MARK: - Not recorded

  func forEachStep(of run: Run, _ body: (StepRecord) throws -> Void) {}
  func lastStep(of run: Run) -> StepRecord? { nil }
  func evaluations(of run: Run) -> [EvaluationRecord] { [] }
  func events(of run: Run) -> [EventRecord] { [] }
  func gradientShifts(of run: Run) -> [GradientShiftRecord] { [] }
  func landscapePoints(of run: Run) -> [LandscapeRecord] { [] }
  func pooledMoment(at site: RecordedSite, steps: Range<Int>) -> PooledMoment? { nil }
  func batchNoise(at site: RecordedSite) -> [BatchNoiseRecord] { [] }
  func higherMoments(at site: RecordedSite, step: Int) -> HigherMoments? { nil }
  func hasQuantiles(at site: RecordedSite) -> Bool { false }
  func quantiles(at site: RecordedSite, step: Int) -> FeatureQuantiles? { nil }
  func histogramAxis(at site: RecordedSite) -> HistogramAxis? { nil }
  func histogramSteps(at site: RecordedSite) -> [Int] { [] }
  func histograms(at site: RecordedSite, _ axis: HistogramAxis, step: Int) -> FeatureHistograms? {
    nil
  }
}
