import Network
import RunModel
import Statistics

extension RunWriting {
  /// Adds the moments of every tap that a forward pass observed to the current step.
  ///
  /// `distributions` records quantiles and histograms beside them, where their values were kept.
  func record(
    _ moments: NetworkMoments, of network: Network, population: Site.Population,
    statistics: StatisticsMode, step: Int, _ distributions: DistributionRecording? = nil
  ) {
    network.forEachSite(of: moments, population: population, statistics: statistics) {
      site, moments, reader in
      record(
        site, step: step, count: moments.count, nonFiniteCount: moments.nonFiniteCount,
        mean: moments.mean, variance: moments.variance,
        affine: reader.map { ($0.gamma, $0.beta) }, higherMoments: moments.standardizedMoments)
      distributions?.record(moments, at: site, step: step, self)
    }
  }
}

extension Network {
  /// Calls `body` for every tap that a forward pass observed and that is recorded, layer by layer.
  ///
  /// The tap that a normalization reads comes with it, for its gamma and beta, but for batch norm with the population's
  /// statistics. From them and the batch's own statistics the normalized tap of plain batch norm follows; any other is
  /// measured and recorded, and that one too where its values were kept.
  func forEachSite(
    of moments: NetworkMoments, population: Site.Population, statistics: StatisticsMode,
    _ body: (_ site: Site, _ moments: TensorMoments, _ reader: Normalization?) -> Void
  ) {
    for (index, layer) in layers.enumerated() {
      let taps = moments.layers[index]
      func visit(
        _ tap: Site.Tap, _ moments: TensorMoments, _ shape: [Int],
        readBy reader: Normalization? = nil
      ) {
        let site = Site(
          layer: index + 1, tap: tap, population: population, statistics: statistics,
          width: moments.mean.count, epsilon: reader.map { Double($0.architecture.epsilon) },
          layerKind: layer.map.kind, shape: shape, activation: layer.activation.rawValue,
          derivesNormalized: reader.map { $0.hasDerivedOutput && statistics == .batch })
        body(site, moments, reader)
      }
      let isByOwnStatistics = layer.normalization?.isOverBatch == false || statistics == .batch
      let reader = isByOwnStatistics ? layer.normalization : nil
      let shape = layer.preactivation.dimensions
      visit(.input, moments.input(ofLayer: index), layer.input.dimensions)
      visit(
        .preactivation, taps.preactivation, shape, readBy: layer.placement == .before ? reader : nil
      )
      guard let normalization = layer.normalization else { continue }
      if layer.placement == .after { visit(.activation, taps.activation, shape, readBy: reader) }
      let isDerived = normalization.hasDerivedOutput && statistics == .batch
      if !isDerived || !taps.normalized.values.isEmpty {
        visit(.normalized, taps.normalized, shape)
      }
    }
  }
}

extension TensorMoments {
  /// Skewness and kurtosis, where they were observed.
  fileprivate var standardizedMoments: (skewness: [Float], kurtosis: [Float])? {
    guard let skewness = higherMoments.skewness, let kurtosis = higherMoments.kurtosis else {
      return nil
    }
    return (skewness.map { Float($0) }, kurtosis.map { Float($0) })
  }
}
