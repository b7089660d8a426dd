import Testing

@testable import Network

@Suite("How much an update changes the gradients of later layers")
struct GradientShiftTests {
  static let methods = [
    TrainingMethod(schedule: LearningRateSchedule(base: 0.3)),
    TrainingMethod(
      optimizer: .sgd(momentum: 0.9, nesterov: true), weightDecay: 0.1,
      schedule: LearningRateSchedule(base: 0.3)),
    TrainingMethod(
      reduction: .sum, optimizer: .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8),
      weightDecay: 0.1, decaysNormalization: true, schedule: LearningRateSchedule(base: 0.1)),
  ]

  /// A step of `trainer`, what it began with, and what was measured after it.
  private func measure(_ trainer: inout Trainer, _ data: Clusters) -> (
    before: Trainer, shifts: [GradientShift]
  ) {
    let before = trainer
    _ = trainer.computeGradients(
      data.examples, targets: data.targets, observes: false, defersWeights: true)
    trainer.update(with: data.examples)
    let gradients = trainer.completeGradients(data.examples)
    let shifts = trainer.gradientShifts(
      since: before.network, gradients, data.examples, targets: data.targets)
    return (before, shifts)
  }

  /// Compares with gradients that a trainer computes of the mixed network of each layer, to the bit.
  private func compare(
    _ network: Network, _ method: TrainingMethod, _ data: Clusters, batchSize: Int
  ) throws {
    var trainer = Trainer(network: network, batchSize: batchSize, method: method, seed: 5)
    // So that the optimizer remembers something, and the noise is not that of step 0.
    for _ in 0..<2 {
      _ = trainer.computeGradients(data.examples, targets: data.targets, observes: false)
      trainer.update(with: data.examples)
    }
    let (before, shifts) = measure(&trainer, data)
    #expect(shifts.count == network.layers.count)
    let expected = before.gradientShiftsByTrainers(
      to: trainer.network, data.examples, data.targets, batchSize: batchSize, seed: 5)
    for (layer, shift) in shifts.enumerated() {
      #expect(shift == expected[layer], "layer \(layer)")
      #expect((shift.differenceNorm == 0) == (layer == 0))
    }
    #expect(shifts[0].cosine == 1)
    #expect(shifts[0].gradientNorm > 0)
  }

  @Test(
    "it is that of a trainer of the mixed network, to the bit: dense layers",
    arguments: NormalizationChoice.allCases, methods.indices)
  func dense(choice: NormalizationChoice, method: Int) throws {
    var layers = NetworkArchitecture.dense(
      hiddenWidths: [7, 6, 5], activation: .tanh, placement: choice.placement,
      normalization: choice.normalization()
    ).layers
    for index in layers.indices.dropLast() {
      layers[index].dropout = 0.2
      if choice.isOverBatch { layers[index].normalization?.noise = .published }
    }
    let network = try Network.drawn(
      NetworkArchitecture(input: TensorShape(features: 5), layers: layers, initializer: .he))
    try compare(network, Self.methods[method], Clusters(count: 24), batchSize: 24)
  }

  @Test(
    "it is that of a trainer of the mixed network, to the bit: convolutions in parts",
    arguments: NormalizationChoice.allCases, [1, 2])
  func convolutional(choice: NormalizationChoice, threads: Int) throws {
    let network = try Network.convolutionalSample(
      .tanh, choice, seed: 2, kernel: MatrixKernel(.portable, threads: threads))
    let data = Clusters(count: 8, images: network.layers[0].input)
    try compare(network, Self.methods[1], data, batchSize: 8)
  }

  @Test(
    "it is that of a trainer of the mixed network, to the bit: shortcuts, whole or in parts",
    arguments: NormalizationChoice.allCases, [1, 2])
  func shortcuts(choice: NormalizationChoice, threads: Int) throws {
    let network = try Network.drawn(
      .residual(activation: .tanh, choice), seed: 2,
      kernel: MatrixKernel(.portable, threads: threads))
    let data = Clusters(count: 8, images: network.layers[0].input)
    try compare(network, Self.methods[1], data, batchSize: 8)
  }

  @Test(
    "it is what the twin in Double has of Definition 2.1, dropout and noise included",
    arguments: [NormalizationChoice.none, .before, .after, .layerAfter])
  func twin(choice: NormalizationChoice) throws {
    let data = Clusters(count: 8)
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
    var trainer = Trainer(network: network, batchSize: 8, learningRate: 0.5)
    let (before, shifts) = measure(&trainer, data)
    for (layer, shift) in shifts.enumerated() {
      let slopes = [0, layer].map { count in
        var twin = NaiveNetwork(network.with(trainer.network.layers.prefix(count)))
        twin.draw(like: before, count: 8)
        return twin.slopes(data.examples.doubleRows, targets: data.targets)[layer][.weight] ?? []
      }
      let (g, h) = (slopes[0], slopes[1])
      func norm(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 }.squareRoot() }
      let difference = norm(zip(g, h).map { $0 - $1 })
      let cosine = zip(g, h).reduce(0) { $0 + $1.0 * $1.1 } / (norm(g) * norm(h))
      #expect(abs(shift.gradientNorm - norm(g)) <= 3e-6 * norm(g))
      #expect(abs(shift.differenceNorm - difference) <= 5e-6 * norm(g))
      #expect(abs(shift.cosine - cosine) <= 5e-6)
      #expect(layer == 0 || difference > 0.02 * norm(g))
    }
  }

  @Test("it is exactly 0 where the update changes nothing", arguments: [1, 2])
  func unchanged(threads: Int) throws {
    let images = try Network.convolutionalSample(
      .relu, .before, seed: 2, kernel: MatrixKernel(.fastest, threads: threads))
    let data = Clusters(count: 8, images: images.layers[0].input)
    var trainer = Trainer(network: images, batchSize: 8, learningRate: 0)
    let shifts = measure(&trainer, data).shifts
    #expect(shifts.allSatisfy { $0.differenceNorm == 0 && $0.cosine == 1 && $0.gradientNorm > 0 })
  }

  @Test("a linear network of two weights has it in closed form")
  func closedForm() throws {
    // L = (abx - t)² with a = 2, b = 3, x = 1, t = 4: dL/da = 12, dL/db = 8.
    var trainer = try LinearPair.trainer(learningRate: 1.0 / 16)
    let gradients = trainer.step()
    // a' = 2 - 12/16 = 1.25, and dL/db is 2(3.75 - 4) · 1.25 there.
    let shifts = trainer.trainer.gradientShifts(
      since: trainer.old, gradients, LinearPair.batch, targets: LinearPair.targets)
    #expect(shifts.map(\.gradientNorm) == [12, 8])
    #expect(shifts.map(\.differenceNorm) == [0, 8.625])
    #expect(shifts.map(\.cosine) == [1, -1])
  }

  @Test("a gradient of 0 has no direction")
  func zero() throws {
    let network = try Network.sample(.relu, .none)
    let data = Clusters(count: 8)
    var dead = network
    for unit in 0..<6 { dead.layers[1].bias?[unit] = -1e6 }
    var trainer = Trainer(network: dead, batchSize: 8, learningRate: 0.1)
    let shift = measure(&trainer, data).shifts[1]
    #expect(shift.gradientNorm == 0 && shift.differenceNorm == 0 && shift.cosine.isNaN)
  }

  @Test(
    "measuring it and the landscape at every step changes nothing in the training, to the bit",
    arguments: methods.indices, [1, 2])
  func passive(method: Int, threads: Int) throws {
    let choices: [NormalizationChoice] = [.before, .ghostBefore, .layerAfter]
    for choice in choices {
      for isDense in [true, false] {
        let kernel = MatrixKernel(.fastest, threads: threads)
        let network =
          isDense
          ? try Network.sample(.tanh, choice, kernel: kernel)
          : try .convolutionalSample(.tanh, choice, kernel: kernel)
        let data =
          isDense ? Clusters(count: 8) : Clusters(count: 8, images: network.layers[0].input)
        var plain = Trainer(network: network, batchSize: 8, method: Self.methods[method])
        var measured = plain
        for _ in 0..<4 {
          let loss = plain.computeGradients(
            data.examples, targets: data.targets, observes: false, defersWeights: true)
          plain.update(with: data.examples)
          let old = measured.network
          let other = measured.computeGradients(
            data.examples, targets: data.targets, observes: false, defersWeights: true)
          measured.update(with: data.examples)
          let gradients = measured.completeGradients(data.examples)
          _ = measured.gradientShifts(
            since: old, gradients, data.examples, targets: data.targets)
          _ = measured.landscape(
            from: old, along: gradients, stepLengths: [0.1, 1], loss: other.loss, data.examples,
            targets: data.targets)
          #expect(loss == other)
          #expect(measured.network.layers == plain.network.layers)
          #expect(measured.optimizer == plain.optimizer)
        }
      }
    }
  }
}
