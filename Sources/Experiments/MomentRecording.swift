import Network
import RunStore

extension RunRecorder {
  /// Adds the moments of every tap that a forward pass observed to the step that is being recorded.
  ///
  /// With the batch's own statistics the tap that batch norm reads carries gamma and beta, from which the
  /// normalized tap follows; with running statistics the normalized tap was measured and is recorded.
  func record(
    _ workspace: NetworkWorkspace, of network: Network, population: Site.Population,
    statistics: BatchNorm.Statistics, step: Int
  ) {
    for (index, layer) in network.layers.enumerated() {
      let tensors = workspace.layers[index]
      func record(_ tap: Site.Tap, _ moments: TensorMoments, readBy batchNorm: BatchNorm? = nil) {
        let site = Site(
          layer: index + 1, tap: tap, population: population,
          statistics: network.isNormalized ? statistics.recorded : .none,
          width: moments.mean.count, epsilon: batchNorm.map { Double($0.epsilon) })
        self.record(
          site, step: step, count: moments.count, nonFiniteCount: moments.nonFiniteCount,
          mean: moments.mean, variance: moments.variance,
          affine: batchNorm.map { ($0.gamma, $0.beta) })
      }
      let normalizesBatch = statistics == .batch ? layer.batchNorm : nil
      record(.input, tensors.inputMoments)
      record(
        .preactivation, tensors.preactivationMoments,
        readBy: layer.placement == .before ? normalizesBatch : nil)
      guard layer.batchNorm != nil else { continue }
      if layer.placement == .after {
        record(.activation, tensors.activationMoments, readBy: normalizesBatch)
      }
      if statistics == .running { record(.normalized, tensors.normalizedMoments) }
    }
  }
}

extension BatchNorm.Statistics {
  /// How the store names it.
  var recorded: Site.Statistics {
    switch self {
    case .batch: .batch
    case .running: .running
    }
  }
}
