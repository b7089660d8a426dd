/// Measures a network on a fixed set of examples, without changing it.
package struct Evaluator: Sendable {
  /// Loss and accuracy on the examples.
  package struct Result: Sendable, Equatable {
    /// The mean cross-entropy, nats.
    package let loss: Double
    /// The share of examples whose label has the largest logit.
    package let accuracy: Double
    /// The number of examples.
    package let count: Int
  }

  /// The examples, [examples, features].
  package let examples: Matrix
  private let labels: [Int]
  /// The tensors and moments of the newest pass.
  package private(set) var workspace: NetworkWorkspace

  /// Prepares passes of `examples` through networks of the shape of `network`.
  package init(for network: Network, examples: Matrix, labels: [Int]) {
    self.examples = examples
    self.labels = labels
    workspace = NetworkWorkspace(for: network, batchSize: examples.rows, computesGradients: false)
  }

  /// Pushes all examples through `network` as one batch.
  ///
  /// - Parameters:
  ///   - network: the weights to measure.
  ///   - statistics: `running`, or `batch` for the examples' own mean and variance, which lets each
  ///     prediction depend on the other examples.
  ///   - observes: whether the moments of every tap are wanted.
  ///   - isRepeated: whether the pass before was one of the same weights, which saves the first product.
  /// - Returns: loss and accuracy.
  package mutating func evaluate(
    _ network: Network, statistics: BatchNorm.Statistics, observes: Bool = false,
    isRepeated: Bool = false
  ) -> Result {
    network.forward(
      examples, statistics: statistics, observes: observes, isRepeated: isRepeated,
      workspace: &workspace)
    var noGradient = Matrix(rows: 0, columns: 0)
    let value = SoftmaxCrossEntropy.evaluate(
      workspace.logits, labels: labels, gradient: &noGradient)
    return Result(
      loss: value.loss, accuracy: Double(value.correctCount) / Double(labels.count),
      count: labels.count)
  }
}
