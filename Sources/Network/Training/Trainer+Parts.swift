extension Trainer {
  /// Computes the gradients with the parts of the batch in parallel, each on its own thread.
  ///
  /// The parts wait for each other where batch norm needs the moments of all the batch, and where its backward pass
  /// needs sums over all of it; those are added up in the order of the parts.
  mutating func computeGradientsInParts(
    of network: Network, _ batch: Matrix, _ targets: Targets, _ pass: ForwardPass
  ) -> Loss.Value {
    // Products run on the part's own thread.
    var network = network
    network.kernel = network.kernel.onOneThread
    forward(batch, targets, pass, network)
    backward(network)
    wholeMoments.merge(parts.map(\.moments))
    for index in wholeGradients.indices {
      let isGhost = network.layers[index].normalization?.ghostBatchSize != nil
      wholeGradients[index].add(
        up: parts.map { $0.gradients[index] }, withNormalization: isGhost)
    }
    return Loss.Value(
      loss: parts.reduce(0) { $0 + $1.value.loss },
      correctCount: parts[0].value.correctCount.map { _ in
        parts.reduce(0) { $0 + ($1.value.correctCount ?? 0) }
      })
  }

  private mutating func forward(
    _ batch: Matrix, _ targets: Targets, _ pass: ForwardPass, _ network: Network
  ) {
    let (loss, reduction, batchSize) = (method.loss, method.reduction, batchSize)
    pool.run(&parts) { _, part in
      part.load(batch, targets)
      if pass.observes { part.moments.addInput(part.batch, pass) }
      network.beginForward(
        0, part.batch, pass, workspace: &part.workspace, moments: &part.moments)
    }
    for index in network.layers.indices {
      let batchMoments = batchMoments(of: index)
      pool.run(&parts) { _, part in
        network.finishForward(
          index, pass, batchMoments: batchMoments, workspace: &part.workspace,
          moments: &part.moments, generators: &part.generators)
        guard index == network.layers.count - 1 else {
          return network.beginForward(
            index + 1, part.batch, pass, workspace: &part.workspace, moments: &part.moments)
        }
        part.evaluate(loss, reduction, batchSize: batchSize)
        network.layers[index].beginBackward(workspace: &part.workspace.layers[index])
      }
    }
  }

  private mutating func backward(_ network: Network) {
    let batchSize = batchSize
    for index in network.layers.indices.reversed() {
      shareSums(of: index)
      pool.run(&parts) { _, part in
        network.finishBackward(
          index, part.batch, batchSize: batchSize, workspace: &part.workspace,
          gradients: &part.gradients)
        guard index > 0 else { return }
        network.layers[index - 1].beginBackward(workspace: &part.workspace.layers[index - 1])
      }
    }
  }

  /// The moments over all the batch of what batch norm reads in layer `index`; nil where it needs none.
  mutating func batchMoments(of index: Int) -> TensorMoments? {
    let layer = network.layers[index]
    guard layer.normalization?.isOverBatch == true else { return nil }
    wholeMoments.layers[index].mergeRead(by: layer, parts.map { $0.moments.layers[index] })
    return wholeMoments.layers[index].read(by: layer)
  }

  /// Gives each part the sums of all of them; ghost batches lie in one part, which has all of theirs.
  mutating func shareSums(of index: Int) {
    guard let normalization = network.layers[index].normalization,
      normalization.ghostBatchSize == nil
    else { return }
    var sums = parts[0].workspace.layers[index].sums
    for part in parts.dropFirst() { sums.add(part.workspace.layers[index].sums) }
    for number in parts.indices { parts[number].workspace.layers[index].sums = sums }
  }
}

extension BatchPart {
  /// Computes the part's share of the loss of a batch of `batchSize` examples, and of its gradient.
  mutating func evaluate(_ loss: Loss, _ reduction: LossReduction, batchSize: Int) {
    let last = workspace.layers.count - 1
    let output = workspace.output
    value = loss.evaluate(
      output, targets: targets, reduction: .sum, gradient: &workspace.layers[last].gradient)
    guard reduction == .mean else { return }
    value = Loss.Value(loss: value.loss / Double(batchSize), correctCount: value.correctCount)
    workspace.layers[last].gradient.multiplyElements(by: 1 / Float(batchSize))
  }
}
