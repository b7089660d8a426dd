extension Network {
  /// Passes a batch through the network; the output is the last layer's.
  ///
  /// - Parameters:
  ///   - batch: [batch · positions, channels].
  ///   - pass: the settings of the pass.
  ///   - firstLayer: the layer to begin with, counted from 0; the workspace has the output of the one before it.
  ///   - layerCount: the number of layers to pass through, with those before the first; nil for all.
  ///   - workspace: made for this network and batch size.
  ///   - moments: made for this network.
  ///   - generators: the random numbers of dropout and noise, if the workspace has room for gradients.
  package func forward(
    _ batch: Matrix, _ pass: ForwardPass, firstLayer: Int = 0, layerCount: Int? = nil,
    workspace: inout NetworkWorkspace, moments: inout NetworkMoments,
    generators: inout NoiseGenerators
  ) {
    if pass.observes { moments.addInput(batch, pass) }
    for index in firstLayer..<(layerCount ?? layers.count) {
      beginForward(index, batch, pass, workspace: &workspace, moments: &moments)
      finishForward(
        index, pass, workspace: &workspace, moments: &moments, generators: &generators)
    }
  }

  /// Maps the input of layer `index`, counted from 0.
  func beginForward(
    _ index: Int, _ batch: Matrix, _ pass: ForwardPass, workspace: inout NetworkWorkspace,
    moments: inout NetworkMoments
  ) {
    let input = workspace.input(ofLayer: index, batch)
    let shortcut =
      layers[index].hasShortcut ? workspace.layers[index - 1].preactivation : .empty
    layers[index].beginForward(
      input, shortcut: shortcut, pass, keepsPreactivation: pass.isRepeated && index == 0,
      kernel: kernel,
      workspace: &workspace.layers[index], moments: &moments.layers[index])
  }

  /// Computes the output of layer `index` after `beginForward`.
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
  ///   - batch: the input of `forward`.
  ///   - workspace: its last layer's `gradient` holds dL/d(output).
  ///   - gradients: receive the gradients of each layer's parameters.
  ///   - defersWeights: whether maps that are one product leave out the gradients of their weights.
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
    let hasShortcut = index + 1 < layers.count && layers[index + 1].hasShortcut
    let shortcutGradient =
      hasShortcut ? workspace.layers[index + 1].preactivationGradient : .empty
    // Moved out and back, so that two layers of the workspace can change at once.
    var inputGradient = Matrix.empty
    if carriesOn { swap(&inputGradient, &workspace.layers[index - 1].gradient) }
    layers[index].finishBackward(
      input, shortcutGradient: shortcutGradient, kernel: kernel,
      workspace: &workspace.layers[index],
      batchRows: batchSize * layers[index].preactivation.positions, gradients: &gradients[index],
      defersWeights: defersWeights, inputGradient: &inputGradient)
    if carriesOn { swap(&inputGradient, &workspace.layers[index - 1].gradient) }
  }

  /// Moves each batch norm's running statistics towards the statistics of the batch that `forward` was last given, which
  /// it keeps where training uses them for the next batch.
  ///
  /// Ghost batch norm moves them once for each of its groups, in order (Hoffer et al. 2017, Algorithm 1).
  package mutating func updateRunningStatistics(from moments: NetworkMoments) {
    for index in layers.indices {
      let groups = moments.layers[index].groups
      for group in groups { layers[index].normalization?.running?.move(towards: group) }
      if groups.isEmpty {
        let batch = moments.layers[index].read(by: layers[index])
        layers[index].normalization?.running?.move(towards: batch)
        if layers[index].normalization?.architecture.usesPreviousBatch == true {
          layers[index].normalization?.previousBatch = BatchStatistics(
            mean: batch.mean, variance: batch.variance)
        }
      }
    }
  }
}
