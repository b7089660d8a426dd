import Network
import RunModel
import Statistics

/// The sites of a network over one population and with one statistics mode, in the order of their records.
///
/// They are described once for a run, so that a recorded step makes no site anew.
struct NetworkSites {
  /// A site, and where its moments are.
  private struct Entry {
    let site: Site
    /// The layer, counted from 0.
    let layer: Int
    /// Whether a normalization reads the tensor, so that its moments have gamma and beta.
    let hasReader: Bool
    /// Whether the moments follow from the moments of the normalization's input.
    let isDerived: Bool
  }

  private var entries: [Entry] = []

  /// Describes the sites of `network` and of networks of its architecture.
  ///
  /// A tensor that a normalization reads has the normalization's epsilon, but for batch norm with the population's
  /// statistics. From gamma, beta and the batch's own statistics the normalized tap of plain batch norm follows.
  init(of network: Network, population: Site.Population, statistics: StatisticsMode) {
    for (index, layer) in network.layers.enumerated() {
      let isDerived = layer.normalization?.hasDerivedOutput == true && statistics == .batch
      let isByOwnStatistics = layer.normalization?.isOverBatch == false || statistics == .batch
      func add(
        _ tap: Site.Tap, _ tensor: TensorShape, readBy reader: Normalization? = nil,
        isDerived: Bool = false
      ) {
        let reader = isByOwnStatistics ? reader : nil
        let site = Site(
          layer: index + 1, tap: tap, population: population, statistics: statistics,
          width: tensor.channels, epsilon: reader.map { Double($0.architecture.epsilon) },
          layerKind: layer.map.kind, shape: tensor.dimensions,
          activation: layer.activation.rawValue,
          derivesNormalized: reader.map { $0.hasDerivedOutput && statistics == .batch })
        entries.append(
          Entry(site: site, layer: index, hasReader: reader != nil, isDerived: isDerived))
      }
      let shape = layer.preactivation
      add(.input, layer.input)
      add(
        .preactivation, shape, readBy: layer.placement == .before ? layer.normalization : nil)
      guard layer.normalization != nil else { continue }
      if layer.placement == .after { add(.activation, shape, readBy: layer.normalization) }
      add(.normalized, shape, isDerived: isDerived)
    }
  }

  /// Calls `body` for every tensor that a forward pass of `network` observed and that is recorded, layer by layer.
  ///
  /// The normalization that reads a tensor comes with it, for its gamma and beta. Moments that follow from others come
  /// only where their values were kept.
  func forEach(
    in moments: NetworkMoments, of network: Network,
    _ body: (_ site: Site, _ moments: TensorMoments, _ reader: Normalization?) -> Void
  ) {
    for entry in entries {
      let tensor = moments.tensor(entry.site.tap, ofLayer: entry.layer)
      if entry.isDerived && tensor.values.isEmpty { continue }
      body(
        entry.site, tensor, entry.hasReader ? network.layers[entry.layer].normalization : nil)
    }
  }

  /// Adds the moments of every tensor that a forward pass of `network` observed to the current step.
  ///
  /// `distributions` records quantiles and histograms beside them, where their values were kept.
  func record(
    _ moments: NetworkMoments, of network: Network, step: Int, by recorder: any RunWriting,
    _ distributions: DistributionRecording? = nil
  ) {
    forEach(in: moments, of: network) { site, moments, reader in
      recorder.record(
        site, step: step, count: moments.count, nonFiniteCount: moments.nonFiniteCount,
        mean: moments.mean, variance: moments.variance,
        affine: reader.map { ($0.gamma, $0.beta) }, higherMoments: moments.standardizedMoments)
      distributions?.record(moments, at: site, step: step, recorder)
    }
  }
}

extension NetworkMoments {
  /// The moments of a tensor of layer `index`, counted from 0.
  fileprivate func tensor(_ tap: Site.Tap, ofLayer index: Int) -> TensorMoments {
    switch tap {
    case .input: input(ofLayer: index)
    case .preactivation: layers[index].preactivation
    case .activation: layers[index].activation
    case .normalized: layers[index].normalized
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
