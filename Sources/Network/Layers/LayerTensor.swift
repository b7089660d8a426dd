/// A tensor of a layer that does not depend on the other examples, given the statistics of the population.
package enum LayerTensor: Sendable {
  /// The input x of the layer.
  case input
  /// The preactivation z = xW + b.
  case preactivation
}

extension Network {
  /// A tensor of layer `index`, counted from 0, for `examples` that batch norm normalizes with the running statistics.
  ///
  /// - Parameters:
  ///   - tensor: the tensor.
  ///   - index: the layer.
  ///   - examples: [examples · positions, channels].
  /// - Returns: [examples · positions of the tensor, its channels].
  package func values(of tensor: LayerTensor, ofLayer index: Int, for examples: Matrix) -> Matrix {
    guard tensor == .preactivation || index > 0 else { return examples }
    var pass = ChunkedForward(for: self, examples: examples)
    var values: [Float] = []
    var columns = 0
    let layer = tensor == .preactivation ? index : index - 1
    pass.run(
      self, ForwardPass(statistics: .running, observes: false), layerCount: layer + 1
    ) { _, workspace in
      let part =
        tensor == .preactivation
        ? workspace.layers[layer].preactivation : workspace.layers[layer].output
      columns = part.columns
      values += part.values
    }
    return Matrix(rows: values.count / columns, columns: columns, values: values)
  }
}
