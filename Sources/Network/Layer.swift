/// A fully connected layer: z = xW (+ b), its normalization and its activation.
package struct Layer: Sendable, Equatable {
  /// The weights W, [inputs, outputs].
  package var weights: Matrix
  /// The bias b, [outputs]; nil where batch norm before the activation makes it redundant.
  package var bias: [Float]?
  /// The normalization, nil where the layer has none.
  package var batchNorm: BatchNorm?
  /// Where the normalization stands.
  package let placement: NetworkArchitecture.Placement
  /// The nonlinearity.
  package let activation: Activation

  /// The number of input features.
  package var inputWidth: Int { weights.rows }
  /// The number of units.
  package var width: Int { weights.columns }

  /// Pushes a batch through the layer.
  ///
  /// - Parameters:
  ///   - input: x, [batch, inputs].
  ///   - statistics: what normalizes, where the layer normalizes at all.
  ///   - observes: whether the moments of every tap are wanted, beyond those that batch norm needs.
  ///   - keepsPreactivation: whether the workspace's preactivation is that of this input and these weights already.
  ///   - kernel: what computes the matrix product.
  ///   - workspace: takes the layer's tensors and moments.
  func forward(
    _ input: Matrix, statistics: BatchNorm.Statistics, observes: Bool, keepsPreactivation: Bool,
    kernel: MatrixKernel, workspace: inout LayerWorkspace
  ) {
    if !keepsPreactivation {
      kernel.product(input, weights, into: &workspace.preactivation)
      if let bias { workspace.preactivation.add(toEachRow: bias) }
    }
    if observes { workspace.inputMoments.compute(of: input) }
    let normalizesByBatch = batchNorm != nil && statistics == .batch
    if observes || (normalizesByBatch && placement == .before) {
      workspace.preactivationMoments.compute(of: workspace.preactivation)
    }
    switch (batchNorm, placement) {
    case (nil, _):
      workspace.output.copyElements(of: workspace.preactivation)
      activation.apply(to: &workspace.output)
    case (let batchNorm?, .before):
      batchNorm.forward(
        workspace.preactivation, batchMoments: workspace.preactivationMoments,
        statistics: statistics, cache: &workspace.cache, output: &workspace.output)
      if observes && statistics == .running {
        workspace.normalizedMoments.compute(of: workspace.output)
      }
      activation.apply(to: &workspace.output)
    case (let batchNorm?, .after):
      workspace.activated.copyElements(of: workspace.preactivation)
      activation.apply(to: &workspace.activated)
      if observes || normalizesByBatch {
        workspace.activationMoments.compute(of: workspace.activated)
      }
      batchNorm.forward(
        workspace.activated, batchMoments: workspace.activationMoments,
        statistics: statistics, cache: &workspace.cache, output: &workspace.output)
      if observes && statistics == .running {
        workspace.normalizedMoments.compute(of: workspace.output)
      }
    }
  }

  /// Computes the layer's gradients after a `forward` with the batch's own statistics.
  ///
  /// - Parameters:
  ///   - input: what `forward` was given, [batch, inputs].
  ///   - kernel: what computes the matrix products.
  ///   - workspace: its `gradient` holds dL/d(output), [batch, outputs], and becomes dL/dz.
  ///   - gradients: takes the gradients of the parameters.
  func backward(
    _ input: Matrix, kernel: MatrixKernel, workspace: inout LayerWorkspace,
    gradients: inout LayerGradients
  ) {
    if placement == .before || batchNorm == nil {
      activation.multiplyByDerivative(&workspace.gradient, outputs: workspace.output)
    }
    if let batchNorm {
      batchNorm.backward(
        &workspace.gradient, cache: workspace.cache, gammaGradient: &gradients.gamma,
        betaGradient: &gradients.beta)
      if placement == .after {
        activation.multiplyByDerivative(&workspace.gradient, outputs: workspace.activated)
      }
    }
    kernel.productOfTransposed(input, workspace.gradient, into: &gradients.weights)
    if bias != nil { workspace.gradient.sumColumns(into: &gradients.bias) }
  }
}
