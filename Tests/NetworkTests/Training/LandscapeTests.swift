import Testing

@testable import Network

@Suite("Loss and gradient along the gradient")
struct LandscapeTests {
  static let lengths = [0.05, 0.5, 3]

  /// Compares with a trainer of the network that is moved by hand.
  private func compare(_ network: Network, _ data: Clusters, batchSize: Int) throws {
    let method = TrainingMethod(
      optimizer: .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), weightDecay: 0.2,
      schedule: LearningRateSchedule(base: 0.1))
    var trainer = Trainer(network: network, batchSize: batchSize, method: method, seed: 5)
    for _ in 0..<2 {
      _ = trainer.computeGradients(data.examples, targets: data.targets, observes: false)
      trainer.update(with: data.examples)
    }
    let before = trainer
    let loss = trainer.computeGradients(data.examples, targets: data.targets, observes: false).loss
    trainer.update(with: data.examples)
    let gradients = trainer.completeGradients(data.examples)
    let points = trainer.landscape(
      from: before.network, along: gradients, stepLengths: Self.lengths, loss: loss,
      data.examples, targets: data.targets)
    #expect(points.map(\.stepLength) == [0] + Self.lengths)
    #expect(points[0].loss == loss)
    #expect(points[0].differenceNorm == 0)
    for point in points {
      var moved = before.network
      for (index, gradients) in gradients.enumerated() {
        for tensor in moved.layers[index].parameterTensors {
          let slopes = gradients.values(of: tensor.kind)
          moved.layers[index].setParameter(
            tensor.kind, zip(tensor.values, slopes).map { $0 - Float(point.stepLength) * $1 })
        }
      }
      var other = Trainer(
        network: moved, batchSize: batchSize, method: method, optimizer: before.optimizer, seed: 5)
      let value = other.computeGradients(data.examples, targets: data.targets, observes: false)
      #expect(point.loss == value.loss)
      let pairs = zip(gradients, other.gradients).flatMap { a, b in
        ParameterTensor.Kind.allCases.flatMap { kind in
          zip(a.values(of: kind), b.values(of: kind)).map { (Double($0), Double($1)) }
        }
      }
      let difference = pairs.reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
      let norm = pairs.reduce(0) { $0 + $1.1 * $1.1 }.squareRoot()
      #expect(abs(point.differenceNorm - difference) <= 1e-12 * norm)
      #expect(abs(point.gradientNorm - norm) <= 1e-12 * norm)
      #expect(point.stepLength == 0 || difference > 0.001 * norm)
    }
  }

  @Test(
    "they are those of a trainer whose every parameter was moved by hand: dense layers",
    arguments: NormalizationChoice.allCases)
  func dense(choice: NormalizationChoice) throws {
    var layers = NetworkArchitecture.dense(
      hiddenWidths: [7, 6], activation: .tanh, placement: choice.placement,
      normalization: choice.normalization()
    ).layers
    for index in layers.indices.dropLast() {
      layers[index].dropout = 0.2
      if choice.isOverBatch { layers[index].normalization?.noise = .published }
    }
    let network = try Network.drawn(
      NetworkArchitecture(input: TensorShape(features: 5), layers: layers, initializer: .he))
    try compare(network, Clusters(count: 24), batchSize: 24)
  }

  @Test(
    "they are those of a trainer whose every parameter was moved by hand: convolutions in parts",
    arguments: [1, 2])
  func convolutional(threads: Int) throws {
    let network = try Network.convolutionalSample(
      .tanh, .before, seed: 2, kernel: MatrixKernel(.portable, threads: threads))
    try compare(network, Clusters(count: 8, images: network.layers[0].input), batchSize: 8)
  }

  @Test("a linear network of two weights has them in closed form")
  func closedForm() throws {
    var pair = try LinearPair.trainer(learningRate: 0.001)
    let gradients = pair.step()
    let points = pair.trainer.landscape(
      from: pair.old, along: gradients, stepLengths: [1.0 / 16], loss: 4, LinearPair.batch,
      targets: LinearPair.targets)
    // a = 2 - 12/16, b = 3 - 8/16: ab - 4 = -0.875, and the gradient is (-4.375, -2.1875).
    #expect(points.map(\.loss) == [4, 0.765625])
    #expect(points[0].gradientNorm == (12.0 * 12 + 8 * 8).squareRoot())
    #expect(points[1].gradientNorm == (4.375 * 4.375 + 2.1875 * 2.1875).squareRoot())
    #expect(points[1].differenceNorm == (16.375 * 16.375 + 10.1875 * 10.1875).squareRoot())
  }
}
