/// A feed-forward network: its layers from the examples to the output.
package struct Network: Sendable {
  /// The layers; the last one makes the output.
  package var layers: [Layer]
  /// What computes matrix products.
  package var kernel: MatrixKernel

  /// Draws the initial weights of `architecture`.
  ///
  /// Each layer draws from a stream of its own under `seed`, so that two networks that differ only in
  /// normalization start from the same weights.
  /// - Throws: `NetworkArchitecture.ShapeError` where a layer doesn't fit what it is given.
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

  /// Pushes a batch through the network; its output is the last layer's.
  ///
  /// - Parameters:
  ///   - batch: [batch · positions, channels].
  ///   - pass: how.
  ///   - layerCount: how many layers it goes through; nil for all.
  ///   - workspace: made for this network and batch size.
  ///   - moments: made for this network.
  ///   - generators: what dropout and noise draw from, where the workspace has room for gradients.
  package func forward(
    _ batch: Matrix, _ pass: ForwardPass, layerCount: Int? = nil,
    workspace: inout NetworkWorkspace, moments: inout NetworkMoments,
    generators: inout NoiseGenerators
  ) {
    if pass.observes { moments.addInput(batch, pass) }
    for index in 0..<(layerCount ?? layers.count) {
      beginForward(index, batch, pass, workspace: &workspace, moments: &moments)
      finishForward(
        index, pass, workspace: &workspace, moments: &moments, generators: &generators)
    }
  }

  /// Maps what enters layer `index`, counted from 0, as `forward` does.
  func beginForward(
    _ index: Int, _ batch: Matrix, _ pass: ForwardPass, workspace: inout NetworkWorkspace,
    moments: inout NetworkMoments
  ) {
    let input = workspace.input(ofLayer: index, batch)
    layers[index].beginForward(
      input, pass, keepsPreactivation: pass.isRepeated && index == 0, kernel: kernel,
      workspace: &workspace.layers[index], moments: &moments.layers[index])
  }

  /// Makes the output of layer `index` of what `beginForward` mapped.
  func finishForward(
    _ index: Int, _ pass: ForwardPass, batchMoments: TensorMoments? = nil,
    workspace: inout NetworkWorkspace, moments: inout NetworkMoments,
    generators: inout NoiseGenerators
  ) {
    layers[index].finishForward(
      pass, batchMoments: batchMoments,
      observesOutput: pass.observes && index < layers.count - 1,
      workspace: &workspace.layers[index], moments: &moments.layers[index],
      generators: &generators)
  }

  /// Computes every gradient after a `forward` with the batch's own statistics.
  ///
  /// - Parameters:
  ///   - batch: what `forward` was given.
  ///   - workspace: its last layer's `gradient` holds dL/d(output).
  ///   - gradients: takes the gradients of each layer's parameters.
  ///   - defersWeights: whether dense layers leave out those of their weights.
  package func backward(
    _ batch: Matrix, workspace: inout NetworkWorkspace, gradients: inout [LayerGradients],
    defersWeights: Bool = false
  ) {
    for index in layers.indices.reversed() {
      layers[index].beginBackward(workspace: &workspace.layers[index])
      finishBackward(
        index, batch, batchSize: workspace.batchSize, workspace: &workspace, gradients: &gradients,
        defersWeights: defersWeights)
    }
  }

  /// Computes the gradients of layer `index`, counted from 0, and dL/d(output) of the layer before it, if that is needed.
  func finishBackward(
    _ index: Int, _ batch: Matrix, batchSize: Int, workspace: inout NetworkWorkspace,
    gradients: inout [LayerGradients], defersWeights: Bool = false, isLast: Bool = false
  ) {
    let carriesOn = index > 0 && !isLast
    let input = workspace.input(ofLayer: index, batch)
    // Moved out and back, so that two layers of the workspace can change at once.
    var inputGradient = Matrix.empty
    if carriesOn { swap(&inputGradient, &workspace.layers[index - 1].gradient) }
    layers[index].finishBackward(
      input, kernel: kernel, workspace: &workspace.layers[index],
      batchRows: batchSize * layers[index].preactivation.positions, gradients: &gradients[index],
      defersWeights: defersWeights, inputGradient: &inputGradient)
    if carriesOn { swap(&inputGradient, &workspace.layers[index - 1].gradient) }
  }

  /// Moves each batch norm's running statistics towards those of the batch that `forward` was last given.
  ///
  /// Ghost batch norm moves them once for each of its groups, in order (Hoffer et al. 2017, Algorithm 1).
  package mutating func updateRunningStatistics(from moments: NetworkMoments) {
    for index in layers.indices {
      let groups = moments.layers[index].groups
      for group in groups { layers[index].normalization?.running?.move(towards: group) }
      if groups.isEmpty {
        let batch = moments.layers[index].read(by: layers[index])
        layers[index].normalization?.running?.move(towards: batch)
      }
    }
  }
}
