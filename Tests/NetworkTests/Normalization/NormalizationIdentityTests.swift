import Testing

@testable import Network

@Suite("Identities of a normalized network")
struct NormalizationIdentityTests {
  /// Two normalized layers and an output layer, of dense layers or convolutions, and a batch of 20.
  struct Sample: CustomTestStringConvertible {
    let isImage: Bool
    let choice: NormalizationChoice
    var testDescription: String { "\(isImage ? "convolutions" : "dense layers"), \(choice)" }

    func network(_ activation: Activation, epsilon: Float) throws -> Network {
      isImage
        ? try .convolutionalSample(activation, choice, epsilon: epsilon)
        : try .sample(activation, choice, epsilon: epsilon)
    }

    /// A trainer that has just computed the gradients of the batch.
    func trained(_ network: Network) -> Trainer {
      let data = Clusters(count: 20, images: network.layers[0].input)
      var trainer = Trainer(network: network, batchSize: 20, learningRate: 0.1)
      _ = trainer.computeGradients(data.examples, labels: data.labels)
      return trainer
    }
  }

  static let before = [
    Sample(isImage: false, choice: .before), Sample(isImage: false, choice: .ghostBefore),
    Sample(isImage: true, choice: .before), Sample(isImage: true, choice: .ghostBefore),
  ]
  static let batchNorms = [false, true].flatMap { isImage in
    NormalizationChoice.batchNorms.map { Sample(isImage: isImage, choice: $0) }
  }

  @Test(
    "scaling the weights before batch norm changes no logit and divides their gradient",
    arguments: before, [Float(0.1), 3, 50])
  func scaleInvariance(sample: Sample, factor: Float) throws {
    var scaled = try sample.network(.tanh, epsilon: 1e-12)
    let trainer = sample.trained(scaled)
    for index in scaled.layers.indices.dropLast() {
      let layer = scaled.layers[index]
      scaled.layers[index].weights.values = layer.weights.values.map { $0 * factor }
      scaled.layers[index].bias = layer.bias?.map { $0 * factor }
    }
    let scaledTrainer = sample.trained(scaled)
    let logits = trainer.workspace.output.values
    #expect(
      largestDifference(logits, scaledTrainer.workspace.output.values)
        <= 2e-6 * largestMagnitude(logits.map(Double.init)))
    for index in 0..<2 {
      let gradient = trainer.gradients[index].weights.values
      let restored = scaledTrainer.gradients[index].weights.values.map { $0 * factor }
      #expect(
        largestDifference(gradient, restored)
          <= 3e-6 * largestMagnitude(gradient.map(Double.init)))
    }
  }

  @Test("each unit's weights are orthogonal to their gradient", arguments: before)
  func orthogonalGradient(sample: Sample) throws {
    var network = try sample.network(.sigmoid, epsilon: 1e-12)
    // Beside a bias only both together are orthogonal to their gradients; it shifts no normalized output.
    for index in 0..<2 {
      network.layers[index].bias = network.layers[index].bias?.map { _ in 0 }
    }
    let gradients = sample.trained(network).gradients
    for index in 0..<2 {
      for unit in 0..<network.layers[index].weights.columns {
        let w = network.layers[index].weights.doubleColumn(unit)
        let g = gradients[index].weights.doubleColumn(unit)
        let lengths = [w, g].map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }
        let product = zip(w, g).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(lengths[1] > 0)
        #expect(abs(product) <= 2e-6 * lengths[0] * lengths[1])
      }
    }
  }

  @Test(
    "on the batch itself the output has mean beta and variance γ² var / (var + ε)",
    arguments: batchNorms, [Float(1e-3), 0.5])
  func outputMoments(sample: Sample, epsilon: Float) throws {
    let trainer = sample.trained(try sample.network(.identity, epsilon: epsilon))
    for index in 0..<2 {
      let normalization = try #require(trainer.network.layers[index].normalization)
      let tensors = trainer.workspace.layers[index]
      for unit in normalization.gamma.indices {
        let variance = twoPassMoments(tensors.preactivation.doubleColumn(unit)).variance
        let output = twoPassMoments(tensors.transformed.doubleColumn(unit))
        let gamma = Double(normalization.gamma[unit])
        let expected = gamma * gamma * variance / (variance + Double(epsilon))
        #expect(abs(output.mean - Double(normalization.beta[unit])) <= 1e-6)
        #expect(abs(output.variance - expected) <= 1e-6 * expected)
      }
    }
  }

  @Test(
    "a bias that batch norm takes off again has gradient 0: the input's gradient sums to 0",
    arguments: batchNorms)
  func redundantBias(sample: Sample) throws {
    let network = try sample.network(.identity, epsilon: 1e-3)
    let trainer = sample.trained(network)
    for index in 0..<2 {
      let scale = largestMagnitude(trainer.gradients[index].weights.values.map(Double.init))
      #expect(
        largestMagnitude(trainer.gradients[index].bias.map(Double.init)) <= 2e-6 * scale)
    }
  }

  @Test("of held statistics the input's gradient is γ / √(var + ε) times the output's")
  func heldStatistics() throws {
    for method in [
      NormalizationArchitecture.Method.layer,
      .batch(ghostBatchSize: nil, running: .init(emaDecay: 0.9)),
      .batch(ghostBatchSize: 4, running: .init(emaDecay: 0.9)),
    ] {
      let layer = try Layer.normalizing(.init(method, holdsStatistics: true), features: 5)
      let x = Matrix.normal(12, 5, seed: 3, mean: 1, deviation: 2)
      let gradient = layer.outputGradient(count: 12)
      let pass = LayerPass(layer, x, outputGradient: gradient)
      let gamma = try #require(layer.normalization).gamma.map(Double.init)
      for row in 0..<12 {
        for column in 0..<5 {
          let shared: [Double] =
            switch method {
            case .layer: x.doubleRows[row]
            case .batch(nil, _): x.doubleColumn(column)
            case .batch: Array(x.doubleColumn(column)[row / 4 * 4..<row / 4 * 4 + 4])
            }
          let factor = gamma[column] / (twoPassMoments(shared).variance + 1e-3).squareRoot()
          let expected = factor * Double(gradient[row, column])
          #expect(abs(Double(pass.inputGradient[row, column]) - expected) <= 1e-6 * abs(expected))
        }
      }
    }
  }
}
