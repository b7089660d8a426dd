/// Passes of training batches through a network whose weights stay as they are, ghost batches and dropout included.
package struct TrainingPasses: Sendable {
  /// The moments of every tap in the newest pass.
  package private(set) var moments: NetworkMoments
  private var workspace: NetworkWorkspace

  /// Prepares passes of batches of `batchSize` examples through networks of the shape of `network`.
  package init(for network: Network, batchSize: Int) {
    // Dropout and noise have room only where gradients do.
    workspace = NetworkWorkspace(for: network, batchSize: batchSize, computesGradients: true)
    moments = NetworkMoments(for: network, trainingBatchSize: batchSize)
  }

  /// Passes one batch through a network.
  ///
  /// - Parameters:
  ///   - batch: [batch · positions, channels].
  ///   - network: a network of the shape that this was made for.
  ///   - seed: the seed of dropout and noise.
  ///   - number: the number of the draw under that seed.
  package mutating func run(_ batch: Matrix, through network: Network, seed: UInt64, number: Int) {
    var generators = NoiseGenerators(seed: seed, step: number, part: 0)
    network.forward(
      batch, ForwardPass(statistics: .batch, observes: true), workspace: &workspace,
      moments: &moments, generators: &generators)
  }
}
