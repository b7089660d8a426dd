/// Trains a network step by step, on as many threads as its kernel has.
package struct Trainer: Sendable {
  /// The network, with the weights that the steps so far have made.
  package private(set) var network: Network
  /// What moves the parameters, and what it remembers.
  package private(set) var optimizer: Optimizer
  /// How it trains.
  package let method: TrainingMethod
  let batchSize: Int
  private let seed: UInt64
  /// The batch, cut in a part for each thread, and the threads.
  var parts: [BatchPart]
  let pool: WorkerPool
  /// What the parts made together, where there are several.
  var wholeMoments: NetworkMoments
  var wholeGradients: [LayerGradients]
  /// Whether the newest gradients are without those of the dense layers' weights.
  private var hasDeferredWeights = false

  /// Prepares training on batches of `batchSize`.
  ///
  /// - Parameters:
  ///   - network: what is trained.
  ///   - batchSize: the number of examples of a batch.
  ///   - method: how.
  ///   - seed: what dropout and noise draw from.
  /// - Precondition: batch norm has at least 2 numbers to normalize together: of one the variance is 0, and every
  ///   gradient through it too.
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
        "A batch of \(batchSize) can't be cut in ghost batches of \(examples).")
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
  /// Called again before `update`, it makes the same of the same batch, dropout and noise included.
  /// - Parameters:
  ///   - batch: [batch · positions, channels].
  ///   - targets: what the outputs should be.
  ///   - observes: whether the moments of every tap are wanted.
  ///   - detail: what is wanted beside moments, where they are.
  ///   - defersWeights: whether gradients that only `update` needs may be left to it: those of dense layers' weights,
  ///     which it can subtract from the weights while it computes them where the optimizer remembers nothing.
  /// - Returns: the loss on the batch and the number of rows that are classified rightly.
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

  /// Computes those of a network of the trainer's shape, with the dropout and noise of step `step`.
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

  /// Lets dropout and noise draw what they draw at the beginning of step `step`.
  mutating func rewindNoise(to step: Int) {
    for index in parts.indices {
      parts[index].generators = NoiseGenerators(seed: seed, step: step, part: index)
    }
  }

  /// The gradients of the newest step, deferred ones included, which are computed now.
  ///
  /// - Parameter batch: what they are of.
  /// - Returns: one for each layer.
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
  /// - Parameter batch: what they were computed on.
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
  /// Moves every parameter, in the order of `parameterTensors`.
  mutating func update(
    _ gradients: LayerGradients, withWeights: Bool, by optimizer: inout Optimizer,
    tensor: inout Int, decaysNormalization: Bool
  ) {
    func move(_ parameters: inout [Float], _ gradient: [Float], decays: Bool) {
      optimizer.update(&parameters, gradient: gradient, tensor: tensor, decays: decays)
      tensor += 1
    }
    if withWeights {
      move(&weights.values, gradients.weights.values, decays: true)
    } else {
      tensor += 1
    }
    bias.modify { move(&$0, gradients.bias, decays: true) }
    normalization.modify {
      move(&$0.gamma, gradients.gamma, decays: decaysNormalization)
      move(&$0.beta, gradients.beta, decays: decaysNormalization)
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
