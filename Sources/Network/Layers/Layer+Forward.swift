extension Layer {
  /// Maps a batch, and takes the moments that a normalization of it needs.
  ///
  /// - Parameters:
  ///   - batch: [batch · positions, channels].
  ///   - pass: how it is pushed through the network.
  ///   - keepsPreactivation: whether the workspace's preactivation is that of this batch and these weights already.
  ///   - kernel: what computes the matrix products.
  ///   - workspace: takes the layer's tensors.
  ///   - moments: takes their moments.
  func beginForward(
    _ batch: Matrix, _ pass: ForwardPass, keepsPreactivation: Bool, kernel: MatrixKernel,
    workspace: inout LayerWorkspace, moments: inout LayerMoments
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

  /// Normalizes and activates what `beginForward` mapped, pools it and drops from it.
  ///
  /// - Parameters:
  ///   - pass: how the batch is pushed through the network.
  ///   - batchMoments: the moments of what batch norm reads, over all the batch; nil for those in `moments`.
  ///   - observesOutput: whether the moments of what the layer hands on are wanted.
  ///   - workspace: takes the layer's tensors; where it has room for gradients, dropout and noise are on.
  ///   - moments: takes their moments.
  ///   - generators: what dropout and noise draw from.
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
    let handsOnTransformed = pooling == nil && workspace.dropped.rows == 0
    let isNoisy = workspace.noiseScales.rows > 0
    let activatesAtOnce = !normalizesActivation && !measuresNormalized && !isNoisy
    for images in workspace.blocks {
      let rows = rows(of: images)
      transform(rows, activation: activatesAtOnce ? activation : .identity, &workspace)
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

  /// Sets what the normalization centers and divides by.
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
      if moments.groups.isEmpty {
        workspace.scaling.center(
          on: batchMoments ?? moments.read(by: self), epsilon: epsilon)
      } else {
        let rowsOfGroup = x.rows / moments.groups.count
        for group in moments.groups.indices {
          moments.groups[group].add(x, rows: group * rowsOfGroup..<(group + 1) * rowsOfGroup)
        }
        workspace.scaling.center(on: moments.groups, epsilon: epsilon)
      }
    }
  }

  /// Normalizes rows, or copies them where there is nothing to normalize, and applies `activation` to that.
  private func transform(
    _ rows: Range<Int>, activation: Activation, _ workspace: inout LayerWorkspace
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
