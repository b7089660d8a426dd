import Network

/// The comparison that Normscope grew out of: a sigmoid network with and without batch norm, everything else equal.
package enum BatchNormComparison {
  /// One of the two networks.
  package struct Arm: Sendable {
    /// The name of its run.
    package let name: String
    /// The configuration of its run.
    package let configuration: RunConfiguration
  }

  /// The two networks: same seed, so the same initial weights and the same batches.
  package static var arms: [Arm] {
    var configuration = RunConfiguration()
    configuration.data = "digits"
    configuration.layers = [64, 64]
    configuration.activation = .sigmoid
    configuration.batchSize = 50
    configuration.learningRate = 0.1
    configuration.steps = 2000
    configuration.evaluateEvery = 25
    configuration.probeEvery = 25
    configuration.quantiles = [0.05, 0.25, 0.5, 0.75, 0.95]
    var plain = configuration
    plain.norm = .none
    return [
      Arm(name: "without-batch-norm", configuration: plain),
      Arm(name: "with-batch-norm", configuration: configuration),
    ]
  }
}
