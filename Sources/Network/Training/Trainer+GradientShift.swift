extension Trainer {
  /// The change of each layer's weight gradient that the newest update causes through the layers before it.
  ///
  /// G' is the gradient under the new parameters of the layers before and the old ones of the layer itself and of those
  /// after it, on the same batch with the same dropout and noise (Santurkar et al. 2018, Definition 2.1). The outputs of
  /// the layers before, under the new parameters, are computed once, layer by layer; the gradient of a layer then takes a
  /// pass through it and the layers after it. Statistics of earlier batches are no parameters: both have the old ones. Network and
  /// optimizer do not change; `workspace`, `moments` and `gradients` do.
  /// - Parameters:
  ///   - old: the network before the update.
  ///   - gradients: the gradients of the update, from `completeGradients`.
  ///   - batch: the batch of these gradients.
  ///   - targets: the targets of the outputs.
  /// - Returns: the shift of each layer; no layer is before the first, so that its gradient is the same.
  package mutating func gradientShifts(
    since old: Network, _ gradients: [LayerGradients], _ batch: Matrix, targets: Targets
  ) -> [GradientShift] {
    let (old, new) = (ofParts(old), ofParts(network.withStatistics(of: old)))
    rewindNoise(to: step - 1)
    if parts.count > 1 { pool.run(&parts) { _, part in part.load(batch, targets) } }
    var shifts: [GradientShift] = []
    for layer in gradients.indices {
      let generators = parts.map(\.generators)
      let changed =
        layer == 0 ? gradients[0].weights : weightGradient(of: layer, in: old, batch, targets)
      shifts.append(GradientShift(GradientSums(gradients[layer].weights, changed)))
      for index in parts.indices { parts[index].generators = generators[index] }
      if layer < gradients.count - 1 { carryForward(layer, of: new, batch) }
    }
    return shifts
  }

  /// A network whose products run on a part's own thread, where there are several.
  private func ofParts(_ network: Network) -> Network {
    var network = network
    if parts.count > 1 { network.kernel = network.kernel.onOneThread }
    return network
  }

  /// Computes the output of layer `index` from the output of the layer before.
  private mutating func carryForward(_ index: Int, of network: Network, _ batch: Matrix) {
    let pass = ForwardPass(statistics: .batch, observes: false)
    let isWhole = parts.count == 1
    pool.run(&parts) { _, part in
      network.beginForward(
        index, isWhole ? batch : part.batch, pass, workspace: &part.workspace,
        moments: &part.moments)
    }
    let moments = isWhole ? nil : batchMoments(of: index)
    pool.run(&parts) { _, part in
      network.finishForward(
        index, pass, batchMoments: moments, workspace: &part.workspace, moments: &part.moments,
        generators: &part.generators)
    }
  }

  /// The gradient of the weights of layer `first`, from the output of the layer before.
  private mutating func weightGradient(
    of first: Int, in network: Network, _ batch: Matrix, _ targets: Targets
  ) -> Matrix {
    for index in first..<network.layers.count { carryForward(index, of: network, batch) }
    let (loss, reduction, batchSize) = (method.loss, method.reduction, batchSize)
    let isWhole = parts.count == 1
    pool.run(&parts) { _, part in
      if isWhole {
        part.evaluateWhole(targets, loss, reduction)
      } else {
        part.evaluate(loss, reduction, batchSize: batchSize)
      }
    }
    for index in (first..<network.layers.count).reversed() {
      pool.run(&parts) { _, part in
        network.layers[index].beginBackward(workspace: &part.workspace.layers[index])
      }
      if !isWhole { shareSums(of: index) }
      pool.run(&parts) { _, part in
        network.finishBackward(
          index, isWhole ? batch : part.batch, batchSize: batchSize, workspace: &part.workspace,
          gradients: &part.gradients, defersWeights: index > first, isLast: index == first)
      }
    }
    guard !isWhole else { return parts[0].gradients[first].weights }
    var sum = parts[0].gradients[first]
    sum.add(up: parts.map { $0.gradients[first] }, withNormalization: false)
    return sum.weights
  }
}

extension Network {
  /// This network with the statistics of another one of its architecture.
  func withStatistics(of other: Network) -> Network {
    var network = self
    for index in layers.indices where layers[index].normalization?.running != nil {
      let normalization = other.layers[index].normalization
      network.layers[index].normalization?.running = normalization?.running
      network.layers[index].normalization?.previousBatch = normalization?.previousBatch
    }
    return network
  }
}
