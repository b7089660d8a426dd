import Testing

@testable import Network

@Suite("Evaluation")
struct EvaluatorTests {
  let data = Clusters(count: 40)

  @Test(
    "in several chunks measures what it measures in one", arguments: NormalizationChoice.allCases,
    Normalization.Statistics.allCases)
  func chunks(choice: NormalizationChoice, statistics: Normalization.Statistics) throws {
    for network in [
      try Network.sample(.tanh, choice), try Network.convolutionalSample(.tanh, choice),
    ] {
      let isImage = network.layers[0].input.positions > 1
      let data = Clusters(count: 11, images: network.layers[0].input)
      let chunkBytes = isImage ? 5000 : 600
      let sizes = ChunkedForward(for: network, examples: data.examples, chunkBytes: chunkBytes)
        .chunks.map(\.count)
      // The last chunk is a short one.
      try #require(sizes.reduce(0, +) == 11 && sizes.count > 2 && sizes[sizes.count - 1] < sizes[0])
      var whole = Evaluator(for: network, examples: data.examples, labels: data.labels)
      var chunked = Evaluator(
        for: network, examples: data.examples, labels: data.labels, chunkBytes: chunkBytes)
      let expected = whole.evaluate(network, statistics: statistics, observes: true)
      let result = chunked.evaluate(network, statistics: statistics, observes: true)
      #expect(abs(result.loss - expected.loss) <= 1e-6 * expected.loss)
      #expect(result.accuracy == expected.accuracy && result.count == 11)
      try expectEqual(chunked.moments.input, whole.moments.input)
      for (taps, expected) in zip(chunked.moments.layers, whole.moments.layers) {
        try expectEqual(taps.preactivation, expected.preactivation)
        try expectEqual(taps.activation, expected.activation)
        try expectEqual(taps.output, expected.output)
        // In one chunk the batch's own moments give those of what batch norm makes.
        if expected.normalized.count > 0 { try expectEqual(taps.normalized, expected.normalized) }
      }
      let again = chunked.evaluate(
        network, statistics: statistics, observes: true, isRepeated: true)
      #expect(again == result)
    }
  }

  /// With 1,000 bytes the wide layer's tensors are not kept from one batch norm to the next, with 4,000 all are.
  @Test(
    "in chunks, batch statistics are those of all examples, however many tensors the memory keeps",
    arguments: [NormalizationChoice.before, .after], [1, 1000, 4000])
  func statisticsOfAllExamples(choice: NormalizationChoice, chunkBytes: Int) throws {
    let dense = NetworkArchitecture.dense(
      hiddenWidths: [4, 40, 6, 6, 6], activation: .tanh, placement: choice.placement,
      normalization: choice.normalization())
    var layers = dense.layers
    layers[3].normalization = nil
    layers[4].hasShortcut = true
    let mixed = NetworkArchitecture(
      input: dense.input, layers: layers, initializer: dense.initializer)
    for (architecture, chunkBytes) in [
      (mixed, chunkBytes), (.residual(activation: .tanh, choice), 4 * chunkBytes),
    ] {
      let network = try Network.drawn(architecture)
      let data = Clusters(count: 11, images: network.layers[0].input)
      var whole = Evaluator(for: network, examples: data.examples, labels: data.labels)
      var chunked = Evaluator(
        for: network, examples: data.examples, labels: data.labels, chunkBytes: chunkBytes)
      let expected = whole.evaluate(network, statistics: .batch).loss
      for _ in 0..<2 {
        let loss = chunked.evaluate(network, statistics: .batch).loss
        #expect(abs(loss - expected) <= 1e-6 * expected)
      }
    }
  }

  private func expectEqual(_ moments: TensorMoments, _ expected: TensorMoments) throws {
    try #require(moments.count == expected.count)
    for j in moments.mean.indices where moments.count > 0 {
      let (mean, variance) = (Double(expected.mean[j]), Double(expected.variance[j]))
      #expect(abs(Double(moments.mean[j]) - mean) <= 1e-6 * (abs(mean) + variance.squareRoot()))
      #expect(abs(Double(moments.variance[j]) - variance) <= 2e-6 * variance)
    }
  }

  @Test("examples without classes have no accuracy, but a squared error")
  func squaredError() throws {
    let network = try Network.sample(.tanh, .before)
    let targets = Targets(labels: [], values: .normal(11, 4, seed: 8))
    let x = Matrix.normal(11, 5, seed: 9)
    let losses = [nil, 600].map { chunkBytes in
      var evaluator = Evaluator(
        for: network, examples: x, targets: targets, loss: .squaredError, chunkBytes: chunkBytes)
      let result = evaluator.evaluate(network, statistics: .running)
      #expect(result.accuracy == nil)
      return result.loss
    }
    let expected = NaiveNetwork(network).loss(
      x.doubleRows, targets: targets, of: .squaredError, statistics: .running)
    for loss in losses { #expect(abs(loss - expected) <= 1e-6 * expected) }
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
    #expect(evaluator.evaluate(network, statistics: .running).accuracy ?? 0 >= 0.9)

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
      trainer.update(with: data.examples)
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
}
