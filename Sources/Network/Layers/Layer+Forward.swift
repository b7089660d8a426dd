extension Layer {
  /// Maps a batch, and computes the moments that its normalization needs.
  ///
  /// - Parameters:
  ///   - batch: [batch · positions, channels].
  ///   - shortcut: z of the layer before, which is added where the layer has a shortcut; otherwise empty.
  ///   - pass: the settings of the pass.
  ///   - keepsPreactivation: whether the workspace has the preactivation of this batch and these weights already.
  ///   - kernel: the kernel of the matrix products.
  ///   - workspace: receives the layer's tensors.
  ///   - moments: receive the tensors' moments.
  func beginForward(
    _ batch: Matrix, shortcut: Matrix, _ pass: ForwardPass, keepsPreactivation: Bool,
    kernel: MatrixKernel, workspace: inout LayerWorkspace, moments: inout LayerMoments
  ) {
    if !pass.continuesMoments { moments.reset() }
    let readsBatch = readsBatch(pass)
    let observesPreactivation = pass.observes || (readsBatch && placement == .before)
    for images in workspace.blocks {
      let rows = rows(of: images)
      if !keepsPreactivation {
        map.forward(
          batch, examples: images, weights: weights, kernel: kernel, buffers: &workspace.buffers,
          into: &workspace.preactivation)
        if let bias { workspace.preactivation.add(bias, toRows: rows) }
        if hasShortcut { workspace.preactivation.addRows(rows, of: shortcut) }
      }
      if observesPreactivation {
        moments.preactivation.add(workspace.preactivation, rows: rows, pass.observedDetail)
      }
      guard normalizesActivation else { continue }
      workspace.activated.copyRows(rows, of: workspace.preactivation)
      activation.apply(to: &workspace.activated, rows: rows)
      if pass.observes || readsBatch {
        moments.activation.add(workspace.activated, rows: rows, pass.observedDetail)
      }
    }
  }

  /// Normalizes, activates, pools and drops out the preactivation of `beginForward`.
  ///
  /// - Parameters:
  ///   - pass: the settings of the pass.
  ///   - batchMoments: the moments of batch norm's input over the whole batch; nil for those in `moments`.
  ///   - observesOutput: whether to compute the moments of the output.
  ///   - workspace: receives the layer's tensors; if it has room for gradients, dropout and noise are on.
  ///   - moments: receive the tensors' moments.
  ///   - generators: the random numbers of dropout and noise.
  func finishForward(
    _ pass: ForwardPass, batchMoments: TensorMoments? = nil, observesOutput: Bool,
    workspace: inout LayerWorkspace, moments: inout LayerMoments,
    generators: inout NoiseGenerators
  ) {
    if let normalization {
      let read = placement == .after ? workspace.activated : workspace.preactivation
      prepareScaling(normalization, of: read, pass, batchMoments, &workspace, &moments)
    }
    let readsBatch = readsBatch(pass)
    let measuresNormalized =
      pass.observes
      && normalization.map {
        pass.detail.contains(.values) || !($0.hasDerivedOutput && readsBatch)
      } ?? false
    let normalization = normalization?.corrected(by: workspace.correction)
    let handsOnTransformed = pooling == nil && workspace.dropped.rows == 0
    let isNoisy = workspace.noiseScales.rows > 0
    let activatesAtOnce = !normalizesActivation && !measuresNormalized && !isNoisy
    for images in workspace.blocks {
      let rows = rows(of: images)
      transform(
        rows, normalization, activation: activatesAtOnce ? activation : .identity, &workspace)
      if let noise = normalization?.architecture.noise, isNoisy {
        if images.lowerBound == 0 {
          noise.drawUnits(&workspace.unitNoise, generator: &generators.units)
        }
        noise.apply(
          to: &workspace.transformed, rows: rows, units: workspace.unitNoise,
          scales: &workspace.noiseScales, generator: &generators.elements)
      }
      if measuresNormalized {
        moments.normalized.add(workspace.transformed, rows: rows, pass.observedDetail)
      }
      if !normalizesActivation && !activatesAtOnce {
        activation.apply(to: &workspace.transformed, rows: rows)
      }
      if observesOutput && handsOnTransformed {
        moments.output.add(workspace.transformed, rows: rows, pass.observedDetail)
      }
    }
    if let pooling {
      pooling.forward(
        workspace.transformed, input: preactivation, into: &workspace.pooled,
        choices: &workspace.poolingChoices)
    }
    if workspace.dropped.rows > 0 { dropOut(&workspace, &generators.elements) }
    if observesOutput && !handsOnTransformed {
      let output = workspace.output
      moments.output.add(output, rows: 0..<output.rows, pass.observedDetail)
    }
  }

  /// Whether batch norm normalizes with the batch's own statistics.
  private func readsBatch(_ pass: ForwardPass) -> Bool {
    normalization?.isOverBatch == true && pass.statistics == .batch
  }

  /// The rows of z that belong to `images`.
  func rows(of images: Range<Int>) -> Range<Int> {
    images.lowerBound * preactivation.positions..<images.upperBound * preactivation.positions
  }

  /// Sets the means and inverse deviations of the normalization.
  private func prepareScaling(
    _ normalization: Normalization, of x: Matrix, _ pass: ForwardPass,
    _ batchMoments: TensorMoments?, _ workspace: inout LayerWorkspace, _ moments: inout LayerMoments
  ) {
    let epsilon = normalization.architecture.epsilon
    guard let running = normalization.running else {
      workspace.scaling.centerExamples(
        of: x, positions: preactivation.positions, epsilon: epsilon)
      return
    }
    switch pass.statistics {
    case .running:
      workspace.scaling.center(on: running, epsilon: epsilon)
    case .batch:
      if workspace.isTraining, let previous = normalization.previousBatch {
        workspace.scaling.center(on: previous, epsilon: epsilon)
      } else if moments.groups.isEmpty {
        let moments = batchMoments ?? moments.read(by: self)
        workspace.scaling.center(on: moments, epsilon: epsilon)
        if let renormalization = normalization.architecture.renormalization {
          workspace.correction?.set(
            mean: moments.mean, variance: moments.variance, running: running, epsilon: epsilon,
            limits: renormalization.limits(after: running.updateCount))
        }
      } else {
        let rowsOfGroup = x.rows / moments.groups.count
        for group in moments.groups.indices {
          moments.groups[group].add(x, rows: group * rowsOfGroup..<(group + 1) * rowsOfGroup)
        }
        workspace.scaling.center(on: moments.groups, epsilon: epsilon)
      }
    }
  }

  /// Normalizes rows, or copies them in a layer without normalization, and applies `activation`.
  private func transform(
    _ rows: Range<Int>, _ normalization: Normalization?, activation: Activation,
    _ workspace: inout LayerWorkspace
  ) {
    guard let normalization else {
      workspace.transformed.copyRows(rows, of: workspace.preactivation)
      activation.apply(to: &workspace.transformed, rows: rows)
      return
    }
    normalization.forward(
      placement == .after ? workspace.activated : workspace.preactivation, rows: rows,
      scaling: workspace.scaling, activation: activation, into: &workspace.transformed)
  }

  private func dropOut(_ workspace: inout LayerWorkspace, _ generator: inout RandomGenerator) {
    let kept = 1 / (1 - dropout)
    let threshold = Double(dropout)
    for index in workspace.dropoutFactors.values.indices {
      workspace.dropoutFactors.values[index] = generator.uniform() < threshold ? 0 : kept
    }
    let source = pooling == nil ? workspace.transformed : workspace.pooled
    workspace.dropped.copyRows(0..<source.rows, of: source)
    workspace.dropped.multiplyElements(
      by: workspace.dropoutFactors, rows: 0..<workspace.dropped.rows)
  }
}
