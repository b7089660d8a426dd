/// A fully connected classifier: its layers from input to logits.
package struct Network: Sendable {
  /// The hidden layers, then the output layer.
  package var layers: [Layer]
  /// What computes matrix products.
  package let kernel: MatrixKernel

  /// Draws the initial weights of `architecture`.
  ///
  /// Each layer draws from a stream of its own under `seed`, so that two networks that differ only in
  /// normalization start from the same weights.
  package init(_ architecture: NetworkArchitecture, seed: UInt64, kernel: MatrixKernel = .best) {
    let widths = [architecture.inputWidth] + architecture.hiddenWidths + [architecture.classCount]
    self.kernel = kernel
    layers = zip(widths, widths.dropFirst()).enumerated().map { index, width in
      let (inputs, outputs) = width
      var generator = RandomGenerator(seed: seed, stream: UInt64(index) + 1)
      let weights = architecture.initializer.weights(
        inputs: inputs, outputs: outputs, generator: &generator)
      let isOutput = index == widths.count - 2
      guard !isOutput,
        case .batch(let placement, let epsilon, let emaDecay) = architecture.normalization
      else {
        return Layer(
          weights: weights, bias: Array(repeating: 0, count: outputs), batchNorm: nil,
          placement: .before, activation: isOutput ? .identity : architecture.activation)
      }
      return Layer(
        weights: weights, bias: placement == .before ? nil : Array(repeating: 0, count: outputs),
        batchNorm: BatchNorm(features: outputs, epsilon: epsilon, emaDecay: emaDecay),
        placement: placement, activation: architecture.activation)
    }
  }

  /// Whether any layer normalizes, so that batch and running statistics differ.
  package var isNormalized: Bool { layers.contains { $0.batchNorm != nil } }

  /// Pushes a batch through the network; the logits are the last layer's output.
  ///
  /// - Parameters:
  ///   - batch: [batch, features].
  ///   - statistics: what batch norm normalizes with.
  ///   - observes: whether the moments of every tap are wanted.
  ///   - isRepeated: whether the pass before had this batch and these weights, so that the first layer's product,
  ///     which no statistics change, still stands in the workspace.
  ///   - workspace: made for this network and batch size.
  package func forward(
    _ batch: Matrix, statistics: BatchNorm.Statistics, observes: Bool, isRepeated: Bool = false,
    workspace: inout NetworkWorkspace
  ) {
    for index in layers.indices {
      let input = index == 0 ? batch : workspace.layers[index - 1].output
      layers[index].forward(
        input, statistics: statistics, observes: observes,
        keepsPreactivation: isRepeated && index == 0, kernel: kernel,
        workspace: &workspace.layers[index])
    }
  }

  /// Computes every gradient after a `forward` with the batch's own statistics.
  ///
  /// - Parameters:
  ///   - batch: what `forward` was given.
  ///   - workspace: its last layer's `gradient` holds dL/dlogits.
  ///   - gradients: takes the gradients of each layer's parameters.
  package func backward(
    _ batch: Matrix, workspace: inout NetworkWorkspace, gradients: inout [LayerGradients]
  ) {
    for index in layers.indices.reversed() {
      let input = index == 0 ? batch : workspace.layers[index - 1].output
      layers[index].backward(
        input, kernel: kernel, workspace: &workspace.layers[index], gradients: &gradients[index])
      guard index > 0 else { continue }
      let gradient = workspace.layers[index].gradient
      kernel.productWithTransposed(
        gradient, layers[index].weights, into: &workspace.layers[index - 1].gradient)
    }
  }

  /// Moves each layer's running statistics towards those of the batch that `forward` was last given.
  package mutating func updateRunningStatistics(from workspace: NetworkWorkspace) {
    for index in layers.indices {
      let moments =
        switch layers[index].placement {
        case .before: workspace.layers[index].preactivationMoments
        case .after: workspace.layers[index].activationMoments
        }
      layers[index].batchNorm?.updateRunningStatistics(with: moments)
    }
  }
}
