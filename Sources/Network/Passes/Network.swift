/// A feed-forward network: its layers from the examples to the output.
package struct Network: Sendable {
  /// The layers; the last one makes the output.
  package var layers: [Layer]
  /// The kernel of the matrix products.
  package var kernel: MatrixKernel

  /// Draws the initial weights of `architecture`.
  ///
  /// Each layer draws from a stream of its own under `seed`, so that two networks that differ only in
  /// normalization start from the same weights.
  /// - Throws: `NetworkArchitecture.ShapeError` where a layer does not fit its input.
  package init(_ architecture: NetworkArchitecture, seed: UInt64, kernel: MatrixKernel = .fastest)
    throws(NetworkArchitecture.ShapeError)
  {
    self.kernel = kernel
    var input = architecture.input
    var layers: [Layer] = []
    for (index, output) in try architecture.outputShapes().enumerated() {
      var generator = RandomGenerator(seed: seed, stream: UInt64(index) + 1)
      layers.append(
        Layer(
          architecture.layers[index], input: input, output: output,
          initializer: architecture.initializer, generator: &generator))
      input = output
    }
    self.layers = layers
  }

  /// Whether any layer has batch norm, so that batch and running statistics differ.
  package var hasBatchNorm: Bool { layers.contains { $0.normalization?.isOverBatch == true } }
}
