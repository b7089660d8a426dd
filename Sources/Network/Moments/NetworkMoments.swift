/// The moments of the tensors of a network, in reused buffers.
package struct NetworkMoments: Sendable {
  /// The moments of the network's input, [channels]: current after an observed pass.
  package internal(set) var input: TensorMoments
  /// The moments of each layer.
  package internal(set) var layers: [LayerMoments]

  /// Makes room for a network; for its training, if it has ghost batch norm, on batches of `trainingBatchSize`.
  package init(for network: Network, trainingBatchSize: Int? = nil) {
    input = TensorMoments(features: network.layers[0].input.channels)
    layers = network.layers.map { layer in
      LayerMoments(
        layer: layer,
        ghostGroups: trainingBatchSize.map { layer.ghostGroups(batchSize: $0, true) } ?? 0)
    }
  }

  /// Adds a batch of the network's input.
  mutating func addInput(_ batch: Matrix, _ pass: ForwardPass) {
    if !pass.continuesMoments { input.reset() }
    input.add(batch, rows: 0..<batch.rows, pass.observedDetail)
  }

  /// The moments of the input of layer `index`, counted from 0.
  package func input(ofLayer index: Int) -> TensorMoments {
    index == 0 ? input : layers[index - 1].output
  }

  /// Replaces the moments by the moments of a batch, merged from its parts.
  mutating func merge(_ parts: [NetworkMoments]) {
    input.reset()
    for part in parts { input.merge(part.input) }
    for index in layers.indices {
      layers[index].reset()
      layers[index].groups.removeAll()
      for part in parts { layers[index].merge(part.layers[index]) }
    }
  }
}
