import Network
import RunStore

extension RunRecorder {
  /// Adds the moments of every tap that a forward pass observed to the step that is being recorded.
  ///
  /// The tap that a normalization reads carries gamma and beta, but for batch norm with the population's statistics.
  /// From them and the batch's own statistics the normalized tap of plain batch norm follows; any other is measured
  /// and recorded.
  func record(
    _ moments: NetworkMoments, of network: Network, population: Site.Population,
    statistics: Site.Statistics, step: Int
  ) {
    for (index, layer) in network.layers.enumerated() {
      let taps = moments.layers[index]
      func record(_ tap: Site.Tap, _ moments: TensorMoments, readBy reader: Normalization? = nil) {
        let site = Site(
          layer: index + 1, tap: tap, population: population, statistics: statistics,
          width: moments.mean.count, epsilon: reader.map { Double($0.architecture.epsilon) })
        self.record(
          site, step: step, count: moments.count, nonFiniteCount: moments.nonFiniteCount,
          mean: moments.mean, variance: moments.variance,
          affine: reader.map { ($0.gamma, $0.beta) })
      }
      let isByOwnStatistics = layer.normalization?.isOverBatch == false || statistics == .batch
      let reader = isByOwnStatistics ? layer.normalization : nil
      record(.input, moments.input(ofLayer: index))
      record(.preactivation, taps.preactivation, readBy: layer.placement == .before ? reader : nil)
      guard let normalization = layer.normalization else { continue }
      if layer.placement == .after { record(.activation, taps.activation, readBy: reader) }
      if !(normalization.hasDerivedOutput && statistics == .batch) {
        record(.normalized, taps.normalized)
      }
    }
  }
}
