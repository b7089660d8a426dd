/// The moments of the tensors of a network, in buffers that are used again.
package struct NetworkMoments: Sendable {
  /// Those of what enters the first layer, [channels]: current after an observed pass.
  package internal(set) var input: TensorMoments
  /// Those of each layer.
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

  /// Takes in a batch that enters the first layer.
  mutating func addInput(_ batch: Matrix, _ pass: ForwardPass) {
    if !pass.continuesMoments { input.reset() }
    input.add(batch, rows: 0..<batch.rows, pass.observedDetail)
  }

  /// Those of what enters layer `index`, counted from 0.
  package func input(ofLayer index: Int) -> TensorMoments {
    index == 0 ? input : layers[index - 1].output
  }

  /// Becomes those of a batch, of which `parts` has those of its parts.
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
