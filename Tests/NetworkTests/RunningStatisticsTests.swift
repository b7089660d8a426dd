import Testing

@testable import Network

@Suite("Running statistics")
struct RunningStatisticsTests {
  let data = Clusters(count: 40)

  @Test("an update mixes means, and variances by the law of total variance")
  func update() {
    var running = RunningStatistics(features: 3, update: .init(emaDecay: 0.75))
    var moments = TensorMoments(features: 3)
    moments.compute(of: .normal(9, 3, seed: 31, mean: 4, deviation: 2))
    running.move(towards: moments)
    for j in 0..<3 {
      let (mean, variance) = (Double(moments.mean[j]), Double(moments.variance[j]))
      // The old mean is 0 and the old variance 1.
      let expected = 0.75 * 1 + 0.25 * variance + 0.75 * 0.25 * mean * mean
      #expect(abs(Double(running.mean[j]) - 0.25 * mean) <= 1e-6)
      #expect(abs(Double(running.variance[j]) - expected) <= 1e-6 * expected)
    }
  }

  @Test(
    "after training they are the moments of a mixture of all batches with weights (1-d) dᵃᵍᵉ",
    arguments: NormalizationChoice.batchNorms, [Float(0.9), 0.5])
  func mixture(choice: NormalizationChoice, decay: Float) throws {
    var network = try Network.sample(.tanh, choice)
    for index in 0..<2 {
      let features = network.layers[index].output.features
      network.layers[index].normalization?.running = RunningStatistics(
        features: features, update: .init(emaDecay: decay))
    }
    var trainer = Trainer(network: network, batchSize: 10, learningRate: 0.3)
    // What normalized each batch, and before the first one mean 0 and variance 1.
    var history = [0, 1].map { [initialMoments(network.layers[$0].output.features)] }
    for step in 0..<20 {
      let start = step % 4 * 10
      let batch = Matrix(
        rows: 10, columns: 5, values: Array(data.examples.values[start * 5..<(start + 10) * 5]))
      _ = trainer.computeGradients(
        batch, labels: Array(data.labels[start..<start + 10]), observes: false)
      trainer.update()
      for index in 0..<2 {
        let layer = trainer.workspace.layers[index]
        let normalized = choice == .before ? layer.preactivation : layer.activated
        history[index].append(
          (0..<normalized.columns).map { twoPassMoments(normalized.doubleColumn($0)) })
      }
    }
    for index in 0..<2 {
      let running = try #require(trainer.network.layers[index].normalization?.running)
      for unit in running.mean.indices {
        var (weight, mean, square) = (1.0, 0.0, 0.0)
        for (age, moments) in history[index].reversed().enumerated() {
          let isOldest = age == 20
          let share = isOldest ? weight : weight * (1 - Double(decay))
          let (m, v) = moments[unit]
          mean += share * m
          square += share * (v + m * m)
          weight *= Double(decay)
        }
        let variance = square - mean * mean
        #expect(abs(Double(running.mean[unit]) - mean) <= 2e-6)
        #expect(
          abs(Double(running.variance[unit]) - variance) <= 2e-6 * max(1, variance))
      }
    }
  }

  @Test(
    "with running statistics an example's logits don't depend on the rest of its batch",
    arguments: NormalizationChoice.batchNorms, [MatrixKernel.portable, .fastest])
  func independence(choice: NormalizationChoice, kernel: MatrixKernel) throws {
    let network = try trained(choice, kernel: kernel)
    let whole = network.evaluated(data.examples, statistics: .running).workspace.output
    let scale = largestMagnitude(whole.values.map(Double.init))
    for row in 0..<40 {
      let alone = logits(of: row, network, .running)
      let difference = zip(alone, whole.row(row)).map { Double($0 - $1) }
      // oneDNN may choose another order of summation for another shape.
      let tolerance = kernel.name == MatrixKernel.portable.name ? 0 : 1e-6
      #expect(largestMagnitude(difference) <= tolerance * scale)
    }
  }

  @Test(
    "with batch statistics a batch of one is beta, whatever the example: one class for everything",
    arguments: NormalizationChoice.batchNorms)
  func batchOfOne(choice: NormalizationChoice) throws {
    let network = try trained(choice)
    var evaluator = Evaluator(for: network, examples: data.examples, labels: data.labels)
    #expect(evaluator.evaluate(network, statistics: .running).accuracy >= 0.9)

    // The last hidden layer hands on beta: through the activation, if that follows.
    var hidden = Matrix(
      rows: 1, columns: 6, values: try #require(network.layers[1].normalization).beta)
    if choice == .before { Activation.relu.apply(to: &hidden, rows: 0..<1) }
    var expected = Matrix(rows: 1, columns: 4)
    network.kernel.multiply(hidden.operand, network.layers[2].weights.operand, into: &expected)
    expected.add(try #require(network.layers[2].bias), toRows: 0..<1)
    for row in 0..<40 { #expect(logits(of: row, network, .batch) == expected.values) }
  }

  /// A network that tells the clusters apart.
  private func trained(_ choice: NormalizationChoice, kernel: MatrixKernel = .portable) throws
    -> Network
  {
    var trainer = Trainer(
      network: try .sample(.relu, choice, kernel: kernel), batchSize: 40, learningRate: 0.2)
    for _ in 0..<60 {
      _ = trainer.computeGradients(data.examples, labels: data.labels, observes: false)
      trainer.update()
    }
    return trainer.network
  }

  /// The logits of one example, evaluated as a batch of its own.
  private func logits(of row: Int, _ network: Network, _ statistics: Normalization.Statistics)
    -> [Float]
  {
    let example = Matrix(rows: 1, columns: 5, values: data.examples.row(row))
    return network.evaluated(example, statistics: statistics).workspace.output.values
  }

  private func initialMoments(_ width: Int) -> [(mean: Double, variance: Double)] {
    Array(repeating: (0, 1), count: width)
  }
}
