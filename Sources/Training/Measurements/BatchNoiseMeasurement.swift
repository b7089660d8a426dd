import Datasets
import Network
import RunModel
import Statistics

/// The measurement of batch noise: how much the moments of training batches vary under fixed weights, site by site.
///
/// Batches of training examples, drawn as training draws them, pass through the weights of a step as in training. Their
/// random numbers are their own, so that a measurement does not change the training.
///
/// They come from several epochs. Two batches of one epoch share no example, and so differ by more than independent ones:
/// with N examples by (N − 1)/(N − m) in the squared shift, a twenty-seventh for 50 of 1,400.
struct BatchNoiseMeasurement {
  /// The stream of random numbers, separate from the streams of training.
  private static let stream: UInt64 = 1 << 33

  private let configuration: RunConfiguration
  private let train: LabeledExamples
  private let sites: NetworkSites
  private var passes: TrainingPasses
  private var batch: Matrix
  private var labels: [Int]

  /// Prepares the measurements of networks like `network`.
  init(_ configuration: RunConfiguration, _ network: Network, _ train: LabeledExamples) {
    self.configuration = configuration
    self.train = train
    sites = NetworkSites(
      of: network, population: .batch, statistics: network.hasBatchNorm ? .batch : .none)
    passes = TrainingPasses(for: network, batchSize: configuration.batchSize)
    let input = network.layers[0].input
    batch = Matrix(rows: configuration.batchSize * input.positions, columns: input.channels)
    labels = Array(repeating: 0, count: train.labels.isEmpty ? 0 : configuration.batchSize)
  }

  /// Whether a measurement is due at a step.
  func isDue(at step: Int) -> Bool {
    let spacing = configuration.noiseEvery
    // The noise changes most while training begins.
    return spacing > 0 && (step % spacing == 0 || step == spacing / 10)
  }

  /// Measures `network` and records the figures, if a measurement is due at `step`.
  mutating func record(_ network: Network, step: Int, _ recorder: any RunWriting) {
    guard isDue(at: step) else { return }
    var draws = RandomGenerator(
      seed: configuration.seed, stream: BatchNoiseMeasurement.stream + UInt64(step))
    let seed = draws.next()
    var order = configuration.batchOrder(of: train, generator: draws)
    var measured: [Site] = []
    var accumulators: [BatchNoiseAccumulator] = []
    for number in 0..<configuration.noiseBatches {
      train.gather(order.next(), into: &batch, labels: &labels)
      passes.run(batch, through: network, seed: seed, number: number)
      var position = 0
      sites.forEach(in: passes.moments, of: network) { site, moments, _ in
        if number == 0 {
          measured.append(site)
          accumulators.append(BatchNoiseAccumulator(features: site.width))
        }
        accumulators[position].add(
          FeatureMoments(count: moments.count, mean: moments.mean, variance: moments.variance))
        position += 1
      }
    }
    for (site, noise) in zip(measured, accumulators) {
      guard let rho = noise.rho, let kurtosis = noise.effectiveKurtosis else { continue }
      recorder.record(
        BatchNoiseRecord(
          step: step, batchCount: noise.batches, count: noise.count, rho: rho.map { Float($0) },
          kurtosis: kurtosis.map { Float($0) },
          variance: noise.populationVariance?.map { Float($0) },
          degreesOfFreedom: noise.degreesOfFreedom(
            epsilon: site.measureEpsilon)),
        at: site)
    }
  }
}
