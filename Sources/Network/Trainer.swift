/// Trains a network by plain stochastic gradient descent: W ← W - learningRate · dL/dW.
package struct Trainer: Sendable {
  /// The network, with the weights that the steps so far have made.
  package private(set) var network: Network
  /// The tensors and moments of the newest step.
  package private(set) var workspace: NetworkWorkspace
  /// The gradients of the newest step, one for each layer.
  package private(set) var gradients: [LayerGradients]
  /// The factor on each gradient.
  package let learningRate: Float

  /// Prepares training on batches of `batchSize`.
  ///
  /// - Precondition: a network with batch norm needs batches of at least 2: of one example the batch
  ///   variance is 0 and every gradient through it too.
  package init(network: Network, batchSize: Int, learningRate: Float) {
    precondition(
      batchSize > (network.isNormalized ? 1 : 0),
      "A batch of \(batchSize) is too small to train this network.")
    self.network = network
    self.learningRate = learningRate
    workspace = NetworkWorkspace(for: network, batchSize: batchSize, computesGradients: true)
    gradients = network.layers.map(LayerGradients.init)
  }

  /// Computes the loss, its gradients and the moments of one batch, leaving the parameters as they are.
  ///
  /// - Parameters:
  ///   - batch: [batch, features].
  ///   - labels: [batch].
  ///   - observes: whether the moments of every tap are wanted.
  /// - Returns: the loss on the batch and the number of rows that are classified rightly.
  package mutating func computeGradients(_ batch: Matrix, labels: [Int], observes: Bool)
    -> SoftmaxCrossEntropy.Value
  {
    network.forward(batch, statistics: .batch, observes: observes, workspace: &workspace)
    let last = workspace.layers.count - 1
    let logits = workspace.logits
    let value = SoftmaxCrossEntropy.evaluate(
      logits, labels: labels, gradient: &workspace.layers[last].gradient)
    network.backward(batch, workspace: &workspace, gradients: &gradients)
    return value
  }

  /// Applies the newest gradients and moves the running statistics.
  package mutating func update() {
    network.updateRunningStatistics(from: workspace)
    let rate = learningRate
    for index in gradients.indices {
      let gradient = gradients[index]
      Trainer.descend(&network.layers[index].weights.values, gradient.weights.values, rate)
      network.layers[index].bias.modify { Trainer.descend(&$0, gradient.bias, rate) }
      network.layers[index].batchNorm.modify {
        Trainer.descend(&$0.gamma, gradient.gamma, rate)
        Trainer.descend(&$0.beta, gradient.beta, rate)
      }
    }
  }

  private static func descend(_ parameters: inout [Float], _ gradient: [Float], _ rate: Float) {
    let count = parameters.count
    let g = gradient.span.extracting(0..<count)
    var p = parameters.mutableSpan
    for index in 0..<count { p[index] -= rate * g[index] }
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
