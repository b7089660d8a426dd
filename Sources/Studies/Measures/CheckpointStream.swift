import RunModel
import Statistics

/// A recorder that keeps nothing, and passes each checkpoint of a training on.
final class CheckpointStream: RunWriting {
  let uuid = "unrecorded"
  private let take: (Checkpoint) throws -> Void

  /// Passes each checkpoint to `take`.
  init(_ take: @escaping (Checkpoint) throws -> Void) { self.take = take }

  func record(_ checkpoint: Checkpoint) throws { try take(checkpoint) }

  func record(
    _ site: Site, step: Int, count: Int, nonFiniteCount: Int, mean: [Float], variance: [Float],
    affine: (gamma: [Float], beta: [Float])?,
    higherMoments: (skewness: [Float], kurtosis: [Float])?
  ) {}

  func histogramAxis(of site: Site) -> HistogramAxis? { nil }
  func record(_ histograms: FeatureHistograms, at site: Site, step: Int) {}
  func record(_ quantiles: FeatureQuantiles, at site: Site, step: Int) {}
  func record(_ noise: BatchNoiseRecord, at site: Site) {}
  func record(_ evaluation: EvaluationRecord) {}
  func record(_ event: EventRecord) {}
  func record(_ shift: GradientShiftRecord) {}
  func record(_ point: LandscapeRecord) {}
  func record(configuration: String) {}
  func record(_ step: StepRecord) {}
  func beginFlush() {}
  func flush() {}
  func end(_ status: Run.Status, reason: String?) {}
  func interrupt(reason: String) {}
  func abandon(reason: String, checkpoint: Checkpoint?) {}
}
