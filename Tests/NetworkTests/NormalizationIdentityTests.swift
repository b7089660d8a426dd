import Network
import Testing

@Suite("Batch norm in a network")
struct BatchNormIdentityTests {
  let data = Clusters(count: 20)

  @Test(
    "scaling the weights before batch norm changes no logit and divides their gradient",
    arguments: [Float(0.1), 3, 50])
  func scaleInvariance(factor: Float) throws {
    var scaled = try Network.sample(.tanh, .before, epsilon: 1e-12)
    var trainer = Trainer(network: scaled, batchSize: 20, learningRate: 0.1)
    for index in scaled.layers.indices.dropLast() {
      let values = scaled.layers[index].weights.values.map { $0 * factor }
      scaled.layers[index].weights.values = values
    }
    var scaledTrainer = Trainer(network: scaled, batchSize: 20, learningRate: 0.1)
    _ = trainer.computeGradients(data.examples, labels: data.labels, observes: false)
    _ = scaledTrainer.computeGradients(data.examples, labels: data.labels, observes: false)

    let logits = trainer.workspace.output.values.map(Double.init)
    let scaledLogits = scaledTrainer.workspace.output.values.map(Double.init)
    let difference = zip(logits, scaledLogits).map { $0 - $1 }
    #expect(largestMagnitude(difference) <= 2e-6 * largestMagnitude(logits))
    for index in 0..<2 {
      let gradient = trainer.gradients[index].weights.values.map(Double.init)
      let restored = scaledTrainer.gradients[index].weights.values.map {
        Double($0) * Double(factor)
      }
      let error = largestMagnitude(zip(gradient, restored).map { $0 - $1 })
      #expect(error <= 2e-6 * largestMagnitude(gradient))
    }
  }

  @Test("each unit's weights are orthogonal to their gradient")
  func orthogonalGradient() throws {
    let network = try Network.sample(.sigmoid, .before, epsilon: 1e-12)
    var trainer = Trainer(network: network, batchSize: 20, learningRate: 0.1)
    _ = trainer.computeGradients(data.examples, labels: data.labels, observes: false)
    for index in 0..<2 {
      for unit in 0..<network.layers[index].output.features {
        let w = network.layers[index].weights.doubleColumn(unit)
        let g = trainer.gradients[index].weights.doubleColumn(unit)
        let lengths = [w, g].map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }
        let product = zip(w, g).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(lengths[1] > 0)
        #expect(abs(product) <= 2e-6 * lengths[0] * lengths[1])
      }
    }
  }

  @Test(
    "on the batch itself the output has mean beta and variance γ² var / (var + ε)",
    arguments: NormalizationChoice.batchNorms, [Float(1e-3), 0.5])
  func outputMoments(choice: NormalizationChoice, epsilon: Float) throws {
    var trainer = Trainer(
      network: try .sample(.identity, choice, epsilon: epsilon), batchSize: 20, learningRate: 0.1)
    _ = trainer.computeGradients(data.examples, labels: data.labels, observes: false)
    for index in 0..<2 {
      let normalization = try #require(trainer.network.layers[index].normalization)
      let layer = trainer.workspace.layers[index]
      for unit in 0..<trainer.network.layers[index].output.features {
        let variance = twoPassMoments(layer.preactivation.doubleColumn(unit)).variance
        let output = twoPassMoments(layer.output.doubleColumn(unit))
        let gamma = Double(normalization.gamma[unit])
        let expected = gamma * gamma * variance / (variance + Double(epsilon))
        #expect(abs(output.mean - Double(normalization.beta[unit])) <= 1e-6)
        #expect(abs(output.variance - expected) <= 1e-6 * expected)
      }
    }
  }

  @Test("a bias before batch norm would change nothing, so the gradient of one is 0")
  func redundantBias() throws {
    var trainer = Trainer(
      network: try .sample(.identity, .after), batchSize: 20, learningRate: 0.1)
    _ = trainer.computeGradients(data.examples, labels: data.labels, observes: false)
    for index in 0..<2 {
      let scale = largestMagnitude(trainer.gradients[index].weights.values.map(Double.init))
      #expect(largestMagnitude(trainer.gradients[index].bias.map(Double.init)) <= 1e-6 * scale)
    }
  }
}
