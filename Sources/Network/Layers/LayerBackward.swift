extension Layer {
  /// Propagates dL/d(output) back to the output of the normalization, and sums up what its backward pass needs.
  ///
  /// - Parameter workspace: the workspace of a `forward` with the batch's own statistics; its `gradient` is dL/d(output).
  func beginBackward(workspace: inout LayerWorkspace) {
    if workspace.dropped.rows > 0 {
      workspace.gradient.multiplyElements(
        by: workspace.dropoutFactors, rows: 0..<workspace.gradient.rows)
    }
    // Moved out and back, so that it can change beside the rest.
    var gradient = Matrix.empty
    swap(&gradient, &workspace.preactivationGradient)
    if let pooling {
      pooling.backward(
        workspace.gradient, input: preactivation, into: &gradient,
        choices: workspace.poolingChoices)
    }
    if let normalization { addUpGradient(normalization, &gradient, &workspace) }
    swap(&gradient, &workspace.preactivationGradient)
  }

  /// Computes the layer's gradients after a `beginBackward`.
  ///
  /// - Parameters:
  ///   - batch: the input of `forward`, [batch · positions, channels].
  ///   - shortcutGradient: dL/dz of the layer after, if it adds this one's z to its own; otherwise empty.
  ///   - kernel: the kernel of the matrix products.
  ///   - workspace: the workspace of `beginBackward`, with the sums of the whole batch, also where this is a part of it.
  ///   - batchRows: the number of rows of z in the whole batch.
  ///   - gradients: receive the gradients of the parameters.
  ///   - defersWeights: whether a map that is one product leaves out the gradient of its weights.
  ///   - inputGradient: becomes dL/d(input), in the shape of `batch`, unless it is empty.
  func finishBackward(
    _ batch: Matrix, shortcutGradient: Matrix, kernel: MatrixKernel,
    workspace: inout LayerWorkspace, batchRows: Int, gradients: inout LayerGradients,
    defersWeights: Bool, inputGradient: inout Matrix
  ) {
    var gradient = Matrix.empty
    swap(&gradient, &workspace.preactivationGradient)
    normalization?.parameterGradients(
      workspace.sums, workspace.correction, gamma: &gradients.gamma, beta: &gradients.beta)
    let normalization = normalization?.corrected(by: workspace.correction)
    for unit in gradients.bias.indices { gradients.bias[unit] = 0 }
    for images in workspace.blocks {
      let rows = rows(of: images)
      carryToPreactivation(&gradient, normalization, rows, batchRows, &workspace)
      if shortcutGradient.rows > 0 { gradient.addRows(rows, of: shortcutGradient) }
      if bias != nil { gradient.addColumnSums(ofRows: rows, to: &gradients.bias) }
      if !defersWeights || !map.isOneProduct {
        map.addWeightGradient(
          to: &gradients.weights, gradient, batch, examples: images, kernel: kernel,
          buffers: &workspace.buffers)
      }
      if inputGradient.rows > 0 {
        map.backward(
          gradient, examples: images, weights: weights, kernel: kernel,
          buffers: &workspace.buffers, into: &inputGradient)
      }
    }
    swap(&gradient, &workspace.preactivationGradient)
  }

  /// Propagates the gradient to the output of the normalization, and sums up what its backward pass needs.
  private func addUpGradient(
    _ normalization: Normalization, _ gradient: inout Matrix, _ workspace: inout LayerWorkspace
  ) {
    workspace.sums.reset()
    let hasNoise = workspace.noiseScales.rows > 0
    for images in workspace.blocks {
      let rows = rows(of: images)
      if hasNoise && !normalizesActivation {
        activation.multiplyByDerivative(&gradient, outputs: workspace.transformed, rows: rows)
      }
      if hasNoise { gradient.multiplyElements(by: workspace.noiseScales, rows: rows) }
      normalization.addUpGradient(
        &gradient, of: placement == .after ? workspace.activated : workspace.preactivation,
        rows: rows, activation: normalizesActivation || hasNoise ? .identity : activation,
        outputs: workspace.transformed, scaling: workspace.scaling, into: &workspace.sums)
    }
  }

  /// Propagates the gradient of rows to z, from the normalization's output or, without one, from the activation.
  private func carryToPreactivation(
    _ gradient: inout Matrix, _ normalization: Normalization?, _ rows: Range<Int>,
    _ batchRows: Int, _ workspace: inout LayerWorkspace
  ) {
    guard let normalization else {
      activation.multiplyByDerivative(&gradient, outputs: workspace.transformed, rows: rows)
      return
    }
    normalization.backward(
      &gradient, of: placement == .after ? workspace.activated : workspace.preactivation,
      rows: rows, batchRows: batchRows, scaling: workspace.scaling, sums: &workspace.sums)
    if placement == .after {
      activation.multiplyByDerivative(&gradient, outputs: workspace.activated, rows: rows)
    }
  }
}
