import Network
import Testing

@Suite("A network's loss against its twin's in Double")
struct NetworkForwardTests {
  static let shape = TensorShape(height: 7, width: 6, channels: 2)

  @Test(
    "of dense layers, with the batch's statistics and with running ones",
    arguments: Activation.allCases, NormalizationChoice.allCases)
  func dense(activation: Activation, choice: NormalizationChoice) throws {
    try check(Clusters(count: 12)) { try .sample(activation, choice, kernel: $0) }
  }

  @Test(
    "of convolutions, with the batch's statistics and with running ones",
    arguments: [Activation.relu, .sigmoid], NormalizationChoice.allCases)
  func convolutional(activation: Activation, choice: NormalizationChoice) throws {
    try check(Clusters(count: 12, images: Self.shape)) {
      try .convolutionalSample(activation, choice, kernel: $0)
    }
  }

  private func check(_ data: Clusters, _ network: (MatrixKernel) throws -> Network) throws {
    for kernel in GradientTests.kernels {
      var trainer = Trainer(network: try network(kernel), batchSize: 12, learningRate: 0.1)
      let batch = data.examples.examples(of: trainer.network.layers[0].input)
      let trained = trainer.computeGradients(data.examples, labels: data.labels, observes: true)
      let expected = NaiveNetwork(trainer.network).loss(batch, targets: data.targets)
      #expect(abs(trained.loss - expected) <= 1e-6 * expected)

      trainer.update(with: data.examples)
      var evaluator = Evaluator(
        for: trainer.network, examples: data.examples, labels: data.labels)
      var twin = NaiveNetwork(trainer.network)
      // Evaluation knows no ghost batches.
      for index in twin.layers.indices { twin.layers[index].normalization?.joinGhostBatches() }
      for statistics in Normalization.Statistics.allCases {
        let evaluated = evaluator.evaluate(trainer.network, statistics: statistics)
        let logits = try #require(twin.outputs(batch, statistics: statistics).last)
        let expected = twin.loss(batch, targets: data.targets, statistics: statistics)
        #expect(abs(evaluated.loss - expected) <= 1e-6 * expected)
        let correct = zip(logits, data.labels).filter { $0[$1] == $0.max() }.count
        #expect(evaluated.accuracy == Double(correct) / 12)
        #expect(evaluated.count == 12)
      }
    }
  }
}
