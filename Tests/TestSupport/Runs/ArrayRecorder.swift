import RunModel
import Statistics

/// A recorder that keeps its run in memory; what is recorded can be read at once.
final class ArrayRecorder: RunWriting {
  /// The records at one site, by step.
  struct SiteRecords {
    var moments: [Int: Moment] = [:]
    var higherMoments: [Int: HigherMoments] = [:]
    var quantiles: [Int: FeatureQuantiles] = [:]
    var histograms: [Int: FeatureHistograms] = [:]
    var noise: [BatchNoiseRecord] = []
  }

  let uuid: String
  private let id: Int
  private let new: NewRun
  private var configuration: String
  private var status = Run.Status.running
  private var reason: String?
  private(set) var sites: [Site: SiteRecords] = [:]
  private(set) var steps: [StepRecord] = []
  private(set) var evaluations: [EvaluationRecord] = []
  private(set) var events: [EventRecord] = []
  private(set) var gradientShifts: [GradientShiftRecord] = []
  private(set) var landscapePoints: [LandscapeRecord] = []

  init(id: Int, _ new: NewRun) {
    self.id = id
    self.new = new
    configuration = new.configuration
    let digits = String(id, radix: 16)
    uuid = String(repeating: "0", count: 8 - digits.count) + digits + "-0000-4000-8000-000000000000"
  }

  var run: Run {
    let time = "2026-01-31T12:00:00.000Z"
    return Run(
      id: id, uuid: uuid, name: new.name, status: status, statusReason: reason,
      configuration: configuration, provenance: new.provenance, startedAt: time,
      heartbeatAt: time, finishedAt: status == .running ? nil : time, stepCount: steps.count,
      tags: new.tags)
  }

  func record(
    _ site: Site, step: Int, count: Int, nonFiniteCount: Int, mean: [Float], variance: [Float],
    affine: (gamma: [Float], beta: [Float])?,
    higherMoments: (skewness: [Float], kurtosis: [Float])?
  ) {
    precondition((affine != nil) == (site.epsilon != nil))
    sites[site, default: SiteRecords()].moments[step] = Moment(
      step: step, count: count, nonFiniteCount: nonFiniteCount, mean: mean, variance: variance,
      gamma: affine?.gamma ?? [], beta: affine?.beta ?? [])
    sites[site]?.higherMoments[step] = higherMoments.map {
      HigherMoments(skewness: $0.skewness, kurtosis: $0.kurtosis)
    }
  }

  func histogramAxis(of site: Site) -> HistogramAxis? { sites[site]?.histograms.values.first?.axis }
  func record(_ histograms: FeatureHistograms, at site: Site, step: Int) {
    sites[site]?.histograms[step] = histograms
  }
  func record(_ quantiles: FeatureQuantiles, at site: Site, step: Int) {
    sites[site]?.quantiles[step] = quantiles
  }
  func record(_ noise: BatchNoiseRecord, at site: Site) {
    sites[site, default: SiteRecords()].noise.append(noise)
  }
  func record(_ evaluation: EvaluationRecord) { evaluations.append(evaluation) }
  func record(_ event: EventRecord) { events.append(event) }
  func record(_ shift: GradientShiftRecord) { gradientShifts.append(shift) }
  func record(_ point: LandscapeRecord) { landscapePoints.append(point) }
  func record(configuration: String) { self.configuration = configuration }
  func record(_ step: StepRecord) { steps.append(step) }
  func record(_ checkpoint: Checkpoint) {}
  func beginFlush() {}
  func flush() {}

  func end(_ status: Run.Status, reason: String?) {
    self.status = status
    self.reason = reason
  }
  func interrupt(reason: String) { end(.interrupted, reason: reason) }
  func abandon(reason: String, checkpoint: Checkpoint?) { end(.failed, reason: reason) }
}
