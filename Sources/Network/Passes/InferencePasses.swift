/// Forward passes of batches of one size through networks of one shape, as they are used after training: without dropout,
/// noise and gradients.
package struct InferencePasses: Sendable {
  /// The tensors of the newest pass.
  package private(set) var workspace: NetworkWorkspace
  private var moments: NetworkMoments
  /// Dropout and noise are off, so that nothing is drawn.
  private var generators = NoiseGenerators(seed: 0)

  /// Prepares passes of batches of `batchSize` examples through networks of the shape of `network`.
  package init(for network: Network, batchSize: Int) {
    workspace = NetworkWorkspace(for: network, batchSize: batchSize, computesGradients: false)
    moments = NetworkMoments(for: network)
  }

  /// Passes one batch through a network.
  ///
  /// - Parameters:
  ///   - batch: [batch · positions, channels].
  ///   - network: a network of the shape that this was made for.
  ///   - statistics: the statistics that batch norm normalizes with.
  ///   - layerCount: the number of layers to pass through; nil for all.
  package mutating func run(
    _ batch: Matrix, through network: Network, statistics: Normalization.Statistics,
    layerCount: Int? = nil
  ) {
    network.forward(
      batch, ForwardPass(statistics: statistics, observes: false), layerCount: layerCount,
      workspace: &workspace, moments: &moments, generators: &generators)
  }
}
