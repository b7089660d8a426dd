/// The tensors of a network for batches of one size, in reused buffers.
package struct NetworkWorkspace: Sendable {
  /// The number of examples of a batch.
  package let batchSize: Int
  /// The workspace of each layer.
  package internal(set) var layers: [LayerWorkspace]

  /// Makes room for batches of `batchSize`; gradients, dropout and noise have room only where gradients are computed.
  package init(for network: Network, batchSize: Int, computesGradients: Bool) {
    self.batchSize = batchSize
    layers = network.layers.map {
      LayerWorkspace(layer: $0, batchSize: batchSize, computesGradients: computesGradients)
    }
  }

  /// The input of layer `index`, counted from 0; `batch` is the input of the first layer.
  func input(ofLayer index: Int, _ batch: Matrix) -> Matrix {
    index == 0 ? batch : layers[index - 1].output
  }

  /// The last layer's output, [batch, outputs].
  package var output: Matrix { layers[layers.count - 1].output }
}
