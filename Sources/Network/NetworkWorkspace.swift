/// The tensors of a network for batches of one size, in buffers that are used again.
package struct NetworkWorkspace: Sendable {
  /// One for each layer of the network.
  package internal(set) var layers: [LayerWorkspace]

  /// Makes room for batches of `batchSize`; gradients need room only where they are computed.
  package init(for network: Network, batchSize: Int, computesGradients: Bool) {
    layers = network.layers.map {
      LayerWorkspace(layer: $0, batchSize: batchSize, computesGradients: computesGradients)
    }
  }

  /// The last layer's output, [batch, classes].
  package var logits: Matrix { layers[layers.count - 1].output }
}
