/// An estimator of the mean and variance of a population, from examples that pass through fixed weights.
package enum PopulationEstimator: String, CaseIterable, Codable, Sendable {
  /// All batches merged by the law of total variance: exact for any sizes of batches.
  case precise
  /// The mean of the batch means, and m / (m - 1) times the mean of the batch variances
  /// (Ioffe and Szegedy 2015, Algorithm 2): unbiased where batches are drawn independently.
  case ioffe
}

extension Network {
  /// Passes `examples` in batches that are normalized by their own statistics, as in training, to estimate population
  /// statistics.
  ///
  /// - Parameters:
  ///   - examples: [examples · positions, channels]; a last part that does not fill a batch is left out.
  ///   - batchSize: the number of examples of a batch.
  /// - Returns: the pass, from which each estimator makes a network.
  /// - Precondition: there are enough examples for one batch.
  package func populationPass(of examples: Matrix, batchSize: Int) -> PopulationPass {
    let rowsOfBatch = batchSize * layers[0].input.positions
    precondition(
      examples.rows >= rowsOfBatch,
      "\(examples.rows / layers[0].input.positions) examples do not fill a batch of \(batchSize).")
    var workspace = NetworkWorkspace(for: self, batchSize: batchSize, computesGradients: false)
    var moments = NetworkMoments(for: self)
    var generators = NoiseGenerators(seed: 0)
    var estimates = layers.map { PopulationEstimate(features: $0.preactivation.channels) }
    for start in stride(from: 0, through: examples.rows - rowsOfBatch, by: rowsOfBatch) {
      forward(
        examples.copy(ofRows: start..<start + rowsOfBatch),
        ForwardPass(statistics: .batch, observes: false), workspace: &workspace,
        moments: &moments, generators: &generators)
      for index in layers.indices where layers[index].normalization?.isOverBatch == true {
        estimates[index].add(moments.layers[index].read(by: layers[index]))
      }
    }
    return PopulationPass(network: self, estimates: estimates)
  }

  /// This network with its population statistics moved to the statistics of `examples`, one batch norm after the other.
  ///
  /// With N pseudo-samples of the old statistics and n examples, mean ← (N·mean + n·mean_t) / (N + n) and the variance
  /// likewise (Schneider et al. 2020, eq. 1); N = 0 takes the statistics of the examples alone (AdaBN, Li et al. 2016).
  package func adapted(to examples: Matrix, pseudoSamples: Double = 0) -> Network {
    var pass = ChunkedForward(for: self, examples: examples)
    return pass.adapted(self, pseudoSamples: pseudoSamples)
  }
}

/// The estimates of the population at each batch norm from the batches of a pass.
package struct PopulationPass: Sendable {
  fileprivate let network: Network
  fileprivate let estimates: [PopulationEstimate]

  /// The network of the pass, with estimated population statistics.
  package func network(with estimator: PopulationEstimator) -> Network {
    var network = network
    for index in network.layers.indices {
      guard let running = network.layers[index].normalization?.running else { continue }
      let (mean, variance) = estimates[index].population(estimator)
      network.layers[index].normalization?.running = running.replaced(
        mean: mean, variance: variance)
    }
    return network
  }
}

extension ChunkedForward {
  /// The network of `Network.adapted(to:pseudoSamples:)`, for the examples of this pass.
  mutating func adapted(_ network: Network, pseudoSamples: Double = 0) -> Network {
    var network = network
    let old = pseudoSamples / (pseudoSamples + Double(exampleCount))
    func mixed(_ source: [Float], _ target: [Float]) -> [Float] {
      zip(source, target).map {
        old == 0 ? $1 : Float(old * Double($0) + (1 - old) * Double($1))
      }
    }
    runInStages(&network) { running, moments in
      running.replaced(
        mean: mixed(running.mean, moments.mean),
        variance: mixed(running.variance, moments.variance))
    }
    return network
  }
}

extension RunningStatistics {
  /// Other statistics, with the number and the rule of updates of these.
  fileprivate func replaced(mean: [Float], variance: [Float]) -> RunningStatistics {
    RunningStatistics(mean: mean, variance: variance, updateCount: updateCount, update: update)
  }
}

/// The batches of one batch norm, merged.
private struct PopulationEstimate: Sendable {
  private var all: TensorMoments
  private var batchCount = 0
  private var rowsOfBatch = 0
  private var sumOfVariances: [Double]

  init(features: Int) {
    all = TensorMoments(features: features)
    sumOfVariances = Array(repeating: 0, count: features)
  }

  mutating func add(_ batch: TensorMoments) {
    all.merge(batch)
    batchCount += 1
    rowsOfBatch = batch.count
    for feature in sumOfVariances.indices {
      sumOfVariances[feature] += Double(batch.variance[feature])
    }
  }

  func population(_ estimator: PopulationEstimator) -> (mean: [Float], variance: [Float]) {
    switch estimator {
    case .precise: return (all.mean, all.variance)
    case .ioffe:
      let scale = Double(rowsOfBatch) / Double(max(rowsOfBatch - 1, 1)) / Double(max(batchCount, 1))
      return (all.mean, sumOfVariances.map { Float($0 * scale) })
    }
  }
}
