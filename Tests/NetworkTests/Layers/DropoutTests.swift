import Testing

@testable import Network

@Suite("Dropout")
struct DropoutTests {
  /// A network of the sample's kind that drops a number of each hidden layer with this probability.
  private func network(
    _ activation: Activation, _ choice: NormalizationChoice, dropout: Float, isImage: Bool = false
  ) throws -> Network {
    let sample =
      isImage
      ? NetworkArchitecture.convolutional(
        activation: activation, placement: choice.placement, normalization: choice.normalization())
      : .dense(
        hiddenWidths: [7, 6], activation: activation, placement: choice.placement,
        normalization: choice.normalization())
    var layers = sample.layers
    for index in layers.indices.dropLast() { layers[index].dropout = dropout }
    return try .drawn(
      NetworkArchitecture(input: sample.input, layers: layers, initializer: .he), seed: 2)
  }

  @Test(
    "every gradient is the slope of the loss with the same numbers dropped",
    arguments: [NormalizationChoice.none, .before, .layerAfter, .ghostAfter], [false, true])
  func gradients(choice: NormalizationChoice, isImage: Bool) throws {
    let network = try network(.tanh, choice, dropout: 0.375, isImage: isImage)
    let data = Clusters(count: 8, images: network.layers[0].input)
    var trainer = Trainer(network: network, batchSize: 8, learningRate: 0.1)
    var twin = NaiveNetwork(network)
    twin.draw(like: trainer, count: 8)
    let batch = data.examples.examples(of: network.layers[0].input)
    let slopes = twin.slopes(batch, targets: data.targets)
    let loss = trainer.computeGradients(data.examples, labels: data.labels).loss
    let expected = twin.loss(batch, targets: data.targets)
    #expect(abs(loss - expected) <= 1e-6 * expected)
    #expect(trainer.gradientErrors(from: slopes).allSatisfy { $0 <= 2e-6 })
  }

  @Test("a repeated step drops the same numbers, the next step others")
  func copies() throws {
    let data = Clusters(count: 8)
    var trainer = Trainer(
      network: try network(.tanh, .before, dropout: 0.5), batchSize: 8, learningRate: 0.1)
    let loss = trainer.computeGradients(data.examples, labels: data.labels).loss
    let dropped = trainer.workspace.layers[0].dropoutFactors
    let gradients = trainer.gradients
    #expect(trainer.computeGradients(data.examples, labels: data.labels).loss == loss)
    #expect(trainer.gradients == gradients)
    trainer.update(with: data.examples)
    _ = trainer.computeGradients(data.examples, labels: data.labels)
    #expect(trainer.workspace.layers[0].dropoutFactors != dropped)
  }

  @Test(
    "keeps the mean: a number is dropped with the probability, or divided by that of being kept",
    arguments: [Float(0.1), 0.5, 0.9])
  func law(probability: Float) throws {
    let layer = try Layer.drawn(
      LayerArchitecture(.dense(units: 100), activation: .identity, dropout: probability),
      input: TensorShape(features: 3))
    let gradient = layer.outputGradient(count: 300)
    let pass = LayerPass(layer, .normal(300, 3, seed: 5), outputGradient: gradient)
    let factors = pass.workspace.dropoutFactors.values
    let kept = 1 / (1 - probability)
    #expect(factors.allSatisfy { $0 == 0 || $0 == kept })
    let (p, count) = (Double(probability), 30_000.0)
    let isDropped = factors.map { $0 == 0 ? 1.0 : 0 }
    let share = isDropped.reduce(0, +) / count
    #expect(abs(share - p) <= 4 * (p * (1 - p) / count).squareRoot())
    // Neighbours in a row, and in a column, are dropped independently.
    for distance in [1, 100] {
      let pairs = zip(isDropped, isDropped.dropFirst(distance)).reduce(0) { $0 + $1.0 * $1.1 }
      let both = pairs / (count - Double(distance))
      // Pairs that share a number are not independent of each other.
      let variance = p * p * (1 - p * p) + 2 * p * p * p * (1 - p)
      #expect(abs(both - p * p) <= 4 * (variance / count).squareRoot())
    }
    #expect(
      pass.output.values
        == zip(pass.workspace.transformed.values, factors).map { $0 * $1 })
    #expect(pass.moments.output.mean.count == 100)
    for unit in [0, 99] {
      let moments = twoPassMoments(pass.output.doubleColumn(unit))
      #expect(abs(Double(pass.moments.output.mean[unit]) - moments.mean) <= 1e-6)
    }
  }

  @Test("is off in evaluation", arguments: [false, true], Normalization.Statistics.allCases)
  func evaluation(isImage: Bool, statistics: Normalization.Statistics) throws {
    let dropping = try network(.tanh, .before, dropout: 0.5, isImage: isImage)
    let plain = try network(.tanh, .before, dropout: 0, isImage: isImage)
    let data = Clusters(count: 8, images: plain.layers[0].input)
    let output = dropping.evaluated(data.examples, statistics: statistics).workspace.output
    #expect(output == plain.evaluated(data.examples, statistics: statistics).workspace.output)
  }
}
