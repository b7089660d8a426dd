import Network
import Testing

@Suite("The trainer")
struct TrainerTests {
  static let normalized = [NormalizationChoice.before, .after, .layerAfter, .ghostBefore]
  let data = Clusters(count: 24)

  /// A trainer after some steps on the clusters, and its losses.
  private func train(
    _ network: Network, steps: Int, rate: Float = 0.1, observes: Bool = false
  ) -> (trainer: Trainer, losses: [Double]) {
    var trainer = Trainer(network: network, batchSize: 24, learningRate: rate)
    let losses = (0..<steps).map { _ in
      let value = trainer.computeGradients(
        data.examples, labels: data.labels, observes: observes)
      trainer.update(with: data.examples)
      return value.loss
    }
    return (trainer, losses)
  }

  @Test(
    "a step subtracts the learning rate times the gradient from each parameter, exactly",
    arguments: NormalizationChoice.allCases)
  func step(choice: NormalizationChoice) throws {
    let rate: Float = 0.3
    var trainer = Trainer(network: try .sample(.tanh, choice), batchSize: 24, learningRate: rate)
    _ = trainer.computeGradients(data.examples, labels: data.labels, observes: false)
    let before = trainer.network
    trainer.update(with: data.examples)
    func descended(_ values: [Float], _ gradient: [Float]) -> [Float] {
      zip(values, gradient).map { $0 - rate * $1 }
    }
    for (index, layer) in trainer.network.layers.enumerated() {
      let (old, gradient) = (before.layers[index], trainer.gradients[index])
      #expect(layer.weights.values == descended(old.weights.values, gradient.weights.values))
      #expect(layer.weights != old.weights)
      #expect(layer.bias == old.bias.map { descended($0, gradient.bias) })
      #expect(
        layer.normalization?.gamma == old.normalization.map { descended($0.gamma, gradient.gamma) })
      #expect(
        layer.normalization?.beta == old.normalization.map { descended($0.beta, gradient.beta) })
    }
  }

  @Test(
    "weights that are moved by the product of their gradient go where the gradient would take them",
    arguments: Activation.allCases, NormalizationChoice.allCases)
  func deferredWeights(activation: Activation, choice: NormalizationChoice) throws {
    let network = try Network.sample(activation, choice)
    for method in [
      TrainingMethod(schedule: LearningRateSchedule(base: 0.3)),
      TrainingMethod(weightDecay: 0.1, schedule: LearningRateSchedule(base: 0.3)),
    ] {
      var expected = Trainer(network: network, batchSize: 24, method: method)
      var trainer = expected
      let targets = Targets(labels: data.labels)
      for _ in 0..<3 {
        _ = expected.computeGradients(data.examples, targets: targets, observes: false)
        expected.update(with: data.examples)
        _ = trainer.computeGradients(
          data.examples, targets: targets, observes: false, defersWeights: true)
        trainer.update(with: data.examples)
      }
      #expect(trainer.gradients[0].weights.values.allSatisfy { $0 == 0 })
      for (layer, other) in zip(trainer.network.layers, expected.network.layers) {
        let errors = zip(layer.weights.values, other.weights.values).map { abs($0 - $1) }
        #expect(errors.allSatisfy { $0 <= 2e-6 })
        #expect(layer.weights != network.layers[0].weights)
      }
    }
  }

  @Test("an optimizer that remembers gradients is given them, deferred or not")
  func remembered() throws {
    let method = TrainingMethod(
      optimizer: .sgd(momentum: 0.9, nesterov: false), schedule: LearningRateSchedule(base: 0.1))
    var expected = Trainer(network: try .sample(.tanh, .before), batchSize: 24, method: method)
    var trainer = expected
    let targets = Targets(labels: data.labels)
    _ = expected.computeGradients(data.examples, targets: targets, observes: false)
    _ = trainer.computeGradients(
      data.examples, targets: targets, observes: false, defersWeights: true)
    #expect(trainer.gradients == expected.gradients)
    trainer.update(with: data.examples)
    expected.update(with: data.examples)
    #expect(trainer.network.layers == expected.network.layers)
  }

  @Test("computing gradients changes nothing in the network", arguments: normalized)
  func computingIsPassive(choice: NormalizationChoice) throws {
    var trainer = Trainer(network: try .sample(.relu, choice), batchSize: 24, learningRate: 0.1)
    let before = trainer.network.layers
    _ = trainer.computeGradients(data.examples, labels: data.labels, observes: true)
    #expect(trainer.network.layers == before)
  }

  @Test(
    "the loss of a toy problem falls", arguments: Activation.allCases,
    NormalizationChoice.allCases)
  func learns(activation: Activation, choice: NormalizationChoice) throws {
    // A sigmoid's slope is at most 1/4, so that it takes larger steps where nothing normalizes what it makes.
    let rate: Float = activation == .sigmoid && choice.placement == .before ? 2 : 0.2
    let losses = train(try .sample(activation, choice), steps: 80, rate: rate).losses
    #expect(try #require(losses.last) < 0.5 * losses[0])
  }

  @Test(
    "the same network trains to the same bits", arguments: NormalizationChoice.allCases,
    [MatrixKernel.portable, .fastest])
  func deterministic(choice: NormalizationChoice, kernel: MatrixKernel) throws {
    let first = train(try .sample(.sigmoid, choice, kernel: kernel), steps: 50)
    let second = train(try .sample(.sigmoid, choice, kernel: kernel), steps: 50)
    #expect(first.trainer.network.layers == second.trainer.network.layers)
    #expect(first.losses == second.losses)
    let other = train(try .sample(.sigmoid, choice, seed: 2, kernel: kernel), steps: 50)
    #expect(first.trainer.network.layers != other.trainer.network.layers)
  }

  @Test("observing does not change the training", arguments: NormalizationChoice.allCases)
  func observingIsPassive(choice: NormalizationChoice) throws {
    let silent = train(try .sample(.tanh, choice), steps: 20)
    let observed = train(try .sample(.tanh, choice), steps: 20, observes: true)
    #expect(silent.trainer.network.layers == observed.trainer.network.layers)
    #expect(silent.losses == observed.losses)
  }

  @Test("evaluating does not change the network, and repeats to the bit", arguments: normalized)
  func evaluatingIsPassive(choice: NormalizationChoice) throws {
    let network = train(try .sample(.relu, choice), steps: 5).trainer.network
    var evaluator = Evaluator(for: network, examples: data.examples, labels: data.labels)
    for statistics in Normalization.Statistics.allCases {
      let first = evaluator.evaluate(network, statistics: statistics)
      let observed = evaluator.evaluate(network, statistics: statistics, observes: true)
      #expect(first == observed)
    }
  }

  @Test("without batch norm one example is a batch, and statistics do not matter")
  func batchOfOne() throws {
    let network = try Network.sample(.tanh, .none)
    var trainer = Trainer(network: network, batchSize: 1, learningRate: 0.1)
    let example = Matrix(rows: 1, columns: 5, values: data.examples.row(0))
    let before = trainer.computeGradients(example, labels: [2], observes: false).loss
    trainer.update(with: data.examples)
    #expect(trainer.computeGradients(example, labels: [2], observes: false).loss < before)
    var evaluator = Evaluator(for: network, examples: data.examples, labels: data.labels)
    #expect(
      evaluator.evaluate(network, statistics: .batch)
        == evaluator.evaluate(network, statistics: .running))
  }

  @Test("a single example under batch norm stops the program")
  func batchOfOneWithBatchNorm() async {
    await #expect(processExitsWith: .failure) {
      _ = Trainer(network: try .sample(.tanh, .before), batchSize: 1, learningRate: 0.1)
    }
    await #expect(processExitsWith: .failure) {
      _ = Trainer(network: try .sample(.tanh, .none), batchSize: 0, learningRate: 0.1)
    }
  }

  @Test("a batch of another size than the trainer was made for stops the program")
  func otherBatchSize() async {
    await #expect(processExitsWith: .failure) {
      var trainer = Trainer(network: try .sample(.tanh, .none), batchSize: 4, learningRate: 0.1)
      let data = Clusters(count: 3)
      _ = trainer.computeGradients(data.examples, labels: data.labels, observes: false)
    }
  }
}
