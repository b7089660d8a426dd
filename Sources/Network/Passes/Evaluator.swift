/// An evaluation of networks on a fixed set of examples.
package struct Evaluator: Sendable {
  /// Loss and accuracy on the examples.
  package struct Result: Sendable, Equatable {
    /// The mean loss of an example, nats for cross-entropy.
    package let loss: Double
    /// The share of examples whose class has the largest output; nil where examples have no class.
    package let accuracy: Double?
    /// The number of examples.
    package let count: Int
  }

  private let targets: Targets
  private let loss: Loss
  private var pass: ChunkedForward

  /// Prepares passes of `examples` through networks of the shape of `network`.
  ///
  /// - Parameters:
  ///   - network: a network of the shape to measure.
  ///   - examples: [examples · positions, channels].
  ///   - targets: the targets of the outputs.
  ///   - loss: the loss function.
  ///   - chunkBytes: the memory for the tensors of the examples that pass at once.
  package init(
    for network: Network, examples: Matrix, targets: Targets, loss: Loss = .crossEntropy,
    chunkBytes: Int? = nil
  ) {
    self.targets = targets
    self.loss = loss
    pass = ChunkedForward(
      for: network, examples: examples, chunkBytes: chunkBytes ?? ChunkedForward.chunkBytes)
  }

  /// The examples, [examples · positions, channels].
  package var examples: Matrix { pass.examples }
  /// The moments of the newest pass, if it was observed.
  package var moments: NetworkMoments { pass.moments }

  /// Passes all examples through `network`.
  ///
  /// - Parameters:
  ///   - network: the weights to measure.
  ///   - statistics: `running`, or `batch` for the mean and variance of all the examples, which lets each
  ///     prediction depend on the other examples.
  ///   - observes: whether to compute the moments of every tap.
  ///   - detail: the detail beside moments, if they are computed.
  ///   - isRepeated: whether the pass before had the same weights, which can save the first product.
  /// - Returns: loss and accuracy.
  package mutating func evaluate(
    _ network: Network, statistics: Normalization.Statistics, observes: Bool = false,
    detail: MomentDetail = [], isRepeated: Bool = false
  ) -> Result {
    var network = network
    var forward = ForwardPass(statistics: statistics, observes: observes)
    forward.detail = detail
    if pass.chunks.count == 1 {
      forward.isRepeated = isRepeated
    } else if statistics == .batch && network.hasBatchNorm {
      // Statistics of all examples differ from statistics of a chunk.
      network = pass.adapted(network)
      forward.statistics = .running
    }
    var (sum, correctCount, count) = (0.0, 0, 0)
    let (targets, loss, isWhole) = (targets, loss, pass.chunks.count == 1)
    pass.run(network, forward, layerCount: network.layers.count) { chunk, workspace in
      var noGradient = Matrix.empty
      let value = loss.evaluate(
        workspace.output, targets: isWhole ? targets : targets.rows(chunk), reduction: .sum,
        gradient: &noGradient)
      sum += value.loss
      correctCount += value.correctCount ?? 0
      count += chunk.count
    }
    return Result(
      loss: sum / Double(count),
      accuracy: targets.labels.isEmpty ? nil : Double(correctCount) / Double(count), count: count)
  }
}
