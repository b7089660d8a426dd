import Network
import Testing

@Suite("A network against its twin in Double")
struct GradientTests {
  /// The portable kernel, and the machine's fastest where that is another.
  static let kernels = [MatrixKernel.portable, .fastest]

  @Test(
    "every gradient is the slope of the loss", arguments: Activation.allCases,
    NormalizationChoice.plain)
  func gradients(activation: Activation, choice: NormalizationChoice) throws {
    let data = Clusters(count: 8)
    let twin = NaiveNetwork(try .sample(activation, choice))
    let batch = data.examples.doubleRows
    #expect(twin.distanceToKink(batch) > 1e-3)
    let slopes = twin.slopes(batch, labels: data.labels)
    for kernel in Self.kernels {
      var trainer = Trainer(
        network: try .sample(activation, choice, kernel: kernel), batchSize: 8, learningRate: 0.1)
      _ = trainer.computeGradients(data.examples, labels: data.labels, observes: false)
      for (layer, slopes) in slopes.enumerated() {
        // Some gradients of a layer vanish by an identity, so the layer's largest one is the scale.
        let scale = largestMagnitude(slopes.values.joined())
        #expect(scale > 1e-3)
        for kind in ParameterKind.allCases {
          let gradient = trainer.gradients[layer].values(of: kind).map(Double.init)
          let slope = slopes[kind] ?? []
          try #require(gradient.count == slope.count)
          let error = largestMagnitude(zip(gradient, slope).map { $0 - $1 })
          #expect(error <= 2e-6 * scale, "layer \(layer), \(kind), \(kernel.name)")
        }
      }
    }
  }

  @Test(
    "the loss is the twin's, with the batch's statistics and with running ones",
    arguments: Activation.allCases, NormalizationChoice.plain)
  func loss(activation: Activation, choice: NormalizationChoice) throws {
    let data = Clusters(count: 11)
    for kernel in Self.kernels {
      var trainer = Trainer(
        network: try .sample(activation, choice, kernel: kernel), batchSize: 11, learningRate: 0.1)
      let trained = trainer.computeGradients(data.examples, labels: data.labels, observes: true)
      var twin = NaiveNetwork(trainer.network)
      let expected = twin.loss(data.examples.doubleRows, labels: data.labels)
      #expect(abs(trained.loss - expected) <= 1e-6 * expected)

      trainer.update()
      var evaluator = Evaluator(
        for: trainer.network, examples: data.examples, labels: data.labels)
      twin = NaiveNetwork(trainer.network)
      for statistics in Normalization.Statistics.allCases {
        let evaluated = evaluator.evaluate(trainer.network, statistics: statistics)
        let (logits, _) = twin.forward(data.examples.doubleRows, statistics: statistics)
        let expected = twin.loss(
          data.examples.doubleRows, labels: data.labels, statistics: statistics)
        #expect(abs(evaluated.loss - expected) <= 1e-6 * expected)
        let correct = zip(logits, data.labels).filter { $0[$1] == $0.max() }.count
        #expect(evaluated.accuracy == Double(correct) / 11)
        #expect(evaluated.count == 11)
      }
    }
  }
}
