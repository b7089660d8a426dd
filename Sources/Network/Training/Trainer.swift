/// The training of a network step by step, on the threads of its kernel.
package struct Trainer: Sendable {
  /// The network, with its weights after the steps so far.
  package private(set) var network: Network
  /// The optimizer with its state.
  package private(set) var optimizer: Optimizer
  /// The training method.
  package let method: TrainingMethod
  let batchSize: Int
  private let seed: UInt64
  /// The parts of the batch, one for each thread, and the threads.
  var parts: [BatchPart]
  let pool: WorkerPool
  /// The merged results of the parts, if there are several.
  var wholeMoments: NetworkMoments
  var wholeGradients: [LayerGradients]
  /// Whether the newest gradients lack the gradients of weights of maps that are one product.
  private var hasDeferredWeights = false

  /// Prepares training on batches of `batchSize`.
  ///
  /// - Parameters:
  ///   - network: the network to train.
  ///   - batchSize: the number of examples of a batch.
  ///   - method: the training method.
  ///   - seed: the seed of dropout and noise.
  /// - Precondition: batch norm has at least 2 numbers to normalize together: the variance of one is 0, and so is every
  ///   gradient through it.
  package init(network: Network, batchSize: Int, method: TrainingMethod, seed: UInt64 = 0) {
    self.init(
      network: network, batchSize: batchSize, method: method,
      optimizer: Optimizer(
        method.optimizer, weightDecay: method.weightDecay,
        tensorSizes: network.layers.flatMap { $0.parameterTensors.map(\.values.count) }),
      seed: seed)
  }

  /// Goes on with what an earlier trainer left.
  package init(
    network: Network, batchSize: Int, method: TrainingMethod, optimizer: Optimizer, seed: UInt64
  ) {
    for layer in network.layers {
      let examples = layer.normalization?.ghostBatchSize ?? batchSize
      precondition(
        batchSize > 0
          && (layer.normalization?.isOverBatch != true
            || examples * layer.preactivation.positions > 1),
        "A batch of \(examples) is too small to train this network.")
      precondition(
        batchSize % examples == 0,
        "A batch of \(batchSize) cannot be divided into ghost batches of \(examples).")
    }
    self.network = network
    self.batchSize = batchSize
    self.method = method
    self.optimizer = optimizer
    self.seed = seed
    let ranges = BatchPart.ranges(
      batchSize: batchSize, count: network.kernel.threads, network: network)
    parts = ranges.map { BatchPart($0, isWhole: ranges.count == 1, network: network) }
    pool = WorkerPool(count: parts.count)
    wholeMoments = NetworkMoments(for: network, trainingBatchSize: batchSize)
    wholeGradients = parts.count == 1 ? [] : parts[0].gradients
  }

  /// Puts another network of the same shape in the place of the present one; the optimizer keeps its state.
  mutating func replaceNetwork(by network: Network) { self.network = network }

  /// The number of updates so far.
  package var step: Int { optimizer.updateCount }
  /// The learning rate of the next update.
  package var learningRate: Double { method.schedule.rate(at: step) }
  /// The tensors of the newest step, of the first thread's part of the batch.
  package var workspace: NetworkWorkspace { parts[0].workspace }
  /// The moments of the newest step.
  package var moments: NetworkMoments { parts.count == 1 ? parts[0].moments : wholeMoments }
  /// The gradients of the newest step, one for each layer; without deferred ones.
  package var gradients: [LayerGradients] {
    parts.count == 1 ? parts[0].gradients : wholeGradients
  }

  /// Computes the loss, its gradients and the moments of one batch, leaving the parameters as they are.
  ///
  /// Called again before `update`, it returns the same for the same batch, dropout and noise included.
  /// - Parameters:
  ///   - batch: [batch · positions, channels].
  ///   - targets: the targets of the outputs.
  ///   - observes: whether to compute the moments of every tap.
  ///   - detail: the detail beside moments, if they are computed.
  ///   - defersWeights: whether to leave the weight gradients of maps that are one product to `update`, which can
  ///     subtract them from the weights while it computes them if the optimizer has no state.
  /// - Returns: the loss on the batch and the number of correctly classified examples.
  package mutating func computeGradients(
    _ batch: Matrix, targets: Targets, observes: Bool, detail: MomentDetail = [],
    defersWeights: Bool = false
  ) -> Loss.Value {
    precondition(
      batch.rows == batchSize * network.layers[0].input.positions,
      "A batch of \(batch.rows) rows is not one of \(batchSize) examples.")
    hasDeferredWeights = defersWeights && parts.count == 1 && optimizer.remembersNothing
    var pass = ForwardPass(statistics: .batch, observes: observes)
    pass.detail = detail
    return computeGradients(
      of: network, batch, targets, pass, step: step, defersWeights: hasDeferredWeights)
  }

  /// Computes the gradients of a network of the trainer's shape, with the dropout and noise of step `step`.
  mutating func computeGradients(
    of network: Network, _ batch: Matrix, _ targets: Targets, _ pass: ForwardPass, step: Int,
    defersWeights: Bool
  ) -> Loss.Value {
    rewindNoise(to: step)
    guard parts.count == 1 else {
      return computeGradientsInParts(of: network, batch, targets, pass)
    }
    return parts[0].computeGradients(
      of: network, batch, targets, pass, loss: method.loss, reduction: method.reduction,
      defersWeights: defersWeights)
  }

  /// Resets dropout and noise to the beginning of step `step`.
  mutating func rewindNoise(to step: Int) {
    for index in parts.indices {
      parts[index].generators = NoiseGenerators(seed: seed, step: step, part: index)
    }
  }

  /// The gradients of the newest step, deferred ones included, which are computed now.
  ///
  /// - Parameter batch: the batch of the newest step.
  /// - Returns: the gradients of each layer.
  package mutating func completeGradients(_ batch: Matrix) -> [LayerGradients] {
    for index in network.layers.indices where hasDeferredWeights {
      guard network.layers[index].map.isOneProduct else { continue }
      let input = workspace.input(ofLayer: index, batch)
        .operand(columns: network.layers[index].input.features)
      network.kernel.multiply(
        input.transposed, workspace.layers[index].preactivationGradient.operand,
        into: &parts[0].gradients[index].weights)
    }
    return gradients
  }

  /// Applies the newest gradients and moves the running statistics.
  ///
  /// - Parameter batch: the batch of the gradients.
  package mutating func update(with batch: Matrix) {
    network.updateRunningStatistics(from: moments)
    optimizer.beginUpdate(learningRate: Float(learningRate))
    let gradients = gradients
    var tensor = 0
    for index in gradients.indices {
      let isDeferred = hasDeferredWeights && network.layers[index].map.isOneProduct
      if isDeferred {
        let input = workspace.input(ofLayer: index, batch)
          .operand(columns: network.layers[index].input.features)
        optimizer.update(
          &network.layers[index].weights, byProduct: input.transposed,
          workspace.layers[index].preactivationGradient.operand, kernel: network.kernel)
      }
      network.layers[index].update(
        gradients[index], withWeights: !isDeferred, by: &optimizer, tensor: &tensor,
        decaysNormalization: method.decaysNormalization)
    }
  }
}

extension Layer {
  /// Moves every parameter that is trained, in the order of `parameterTensors`.
  mutating func update(
    _ gradients: LayerGradients, withWeights: Bool, by optimizer: inout Optimizer,
    tensor: inout Int, decaysNormalization: Bool
  ) {
    func move(
      _ parameters: inout [Float], _ gradient: [Float], decays: Bool, if isMoved: Bool = true
    ) {
      if isMoved {
        optimizer.update(&parameters, gradient: gradient, tensor: tensor, decays: decays)
      }
      tensor += 1
    }
    if map.hasWeights {
      move(&weights.values, gradients.weights.values, decays: true, if: withWeights)
    }
    bias.modify { move(&$0, gradients.bias, decays: true) }
    normalization.modify {
      let architecture = $0.architecture
      move(
        &$0.gamma, gradients.gamma, decays: decaysNormalization, if: architecture.trainsGamma)
      move(&$0.beta, gradients.beta, decays: decaysNormalization, if: architecture.trainsBeta)
    }
  }
}

extension Optional {
  /// Changes the wrapped value in place, where there is one.
  fileprivate mutating func modify(_ body: (inout Wrapped) -> Void) {
    guard var value = self else { return }
    // Leaves this the only owner, so that arrays inside are not copied.
    self = nil
    body(&value)
    self = value
  }
}
