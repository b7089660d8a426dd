import Network
import Testing

@Suite("The statistics of a population")
struct PopulationStatisticsTests {
  /// In batches of 10 each a batch is of one class, if they are sorted.
  private func clusters(isSorted: Bool, count: Int = 40) -> Matrix {
    let data = Clusters(count: count)
    guard isSorted else { return data.examples }
    let order = data.labels.indices.sorted { (data.labels[$0], $0) < (data.labels[$1], $1) }
    return Matrix(rows: count, columns: 5, values: order.flatMap { data.examples.row($0) })
  }

  /// The rows of `examples` in groups of `size`.
  private func batches(_ examples: Matrix, of size: Int) -> [Matrix] {
    let numbers = size * examples.columns
    return stride(from: 0, through: examples.values.count - numbers, by: numbers).map {
      Matrix(
        rows: size, columns: examples.columns, values: Array(examples.values[$0..<$0 + numbers]))
    }
  }

  /// What the normalization of a layer reads, of batches normalized by their own statistics, column by column.
  private func read(by layer: Int, _ network: Network, _ batches: [Matrix]) -> [[[Double]]] {
    batches.map { batch in
      let tensors = network.evaluated(batch, statistics: .batch).workspace.layers[layer]
      let x =
        network.layers[layer].placement == .after ? tensors.activated : tensors.preactivation
      return (0..<x.columns).map { x.doubleColumn($0) }
    }
  }

  private func expect(
    _ running: RunningStatistics?, _ expected: [(mean: Double, variance: Double)]
  ) throws {
    let running = try #require(running)
    try #require(running.mean.count == expected.count)
    for (j, (mean, variance)) in expected.enumerated() {
      #expect(
        abs(Double(running.mean[j]) - mean) <= 1e-6 * (abs(mean) + variance.squareRoot()))
      #expect(abs(Double(running.variance[j]) - variance) <= 1e-6 * variance)
    }
  }

  @Test(
    "the precise ones are the moments of all examples, sorted by class or not",
    arguments: [false, true], NormalizationChoice.batchNorms)
  func precise(isSorted: Bool, choice: NormalizationChoice) throws {
    let network = try Network.sample(.tanh, choice)
    let examples = clusters(isSorted: isSorted)
    let estimated = network.populationPass(of: examples, batchSize: 10).network(with: .precise)
    for layer in 0..<2 {
      let parts = read(by: layer, network, batches(examples, of: 10))
      let expected = (0..<parts[0].count).map { j in twoPassMoments(parts.flatMap { $0[j] }) }
      try expect(estimated.layers[layer].normalization?.running, expected)
    }
    // Nothing normalizes what the first layer reads, so that these are the moments of one large batch.
    let whole = read(by: 0, network, [examples])[0].map(twoPassMoments)
    try expect(estimated.layers[0].normalization?.running, whole)
    #expect(estimated.layers[0].weights == network.layers[0].weights)
  }

  @Test(
    "Ioffe's are means over batches, with m / (m - 1) for the variance", arguments: [false, true])
  func ioffe(isSorted: Bool) throws {
    let network = try Network.sample(.tanh, .before)
    let examples = clusters(isSorted: isSorted)
    let estimated = network.populationPass(of: examples, batchSize: 10).network(with: .ioffe)
    for layer in 0..<2 {
      let parts = read(by: layer, network, batches(examples, of: 10)).map {
        $0.map(twoPassMoments)
      }
      let expected = parts[0].indices.map { j in
        (
          mean: parts.reduce(0) { $0 + $1[j].mean } / 4,
          variance: 10.0 / 9 * parts.reduce(0) { $0 + $1[j].variance } / 4
        )
      }
      try expect(estimated.layers[layer].normalization?.running, expected)
    }
  }

  @Test("of batches sorted by class Ioffe's variance misses what lies between classes")
  func sortedBatches() throws {
    let network = try Network.sample(.tanh, .before)
    func firstVariances(_ estimator: PopulationEstimator, isSorted: Bool) throws -> [Float] {
      let estimated = network.populationPass(
        of: clusters(isSorted: isSorted, count: 400), batchSize: 100
      ).network(with: estimator)
      return try #require(estimated.layers[0].normalization?.running).variance
    }
    let exact = try firstVariances(.precise, isSorted: false)
    #expect(
      largestDifference(exact, try firstVariances(.precise, isSorted: true))
        <= 2e-6 * Double(exact.max() ?? 0))
    let sorted = try firstVariances(.ioffe, isSorted: true)
    #expect(sorted.reduce(0, +) < 0.6 * exact.reduce(0, +))
    for (ioffe, exact) in zip(try firstVariances(.ioffe, isSorted: false), exact) {
      #expect(abs(ioffe - exact) <= 0.1 * exact)
    }
  }

  @Test("examples that do not fill a batch are left out, and at least one batch is required")
  func leftOver() async throws {
    let network = try Network.convolutionalSample(.tanh, .before)
    let images = Clusters(count: 11, images: network.layers[0].input).examples
    let positions = network.layers[0].input.positions
    let first = Matrix(
      rows: 8 * positions, columns: 2, values: Array(images.values[..<(8 * positions * 2)]))
    for estimator in PopulationEstimator.allCases {
      let whole = network.populationPass(of: images, batchSize: 4).network(with: estimator)
      let part = network.populationPass(of: first, batchSize: 4).network(with: estimator)
      #expect(whole.layers == part.layers)
      #expect(whole.layers != network.layers)
    }
    await #expect(processExitsWith: .failure) {
      let network = try Network.sample(.tanh, .before)
      _ = network.populationPass(of: Matrix(rows: 3, columns: 5), batchSize: 4).network(
        with: .precise)
    }
  }

  @Test(
    "a network adapted to examples evaluates them as with batch statistics",
    arguments: [NormalizationChoice.before, .after, .ghostBefore], [false, true])
  func adapted(choice: NormalizationChoice, isImage: Bool) throws {
    let network =
      isImage
      ? try Network.convolutionalSample(.tanh, choice) : try Network.sample(.tanh, choice)
    let examples = Clusters(count: 12, images: network.layers[0].input).examples
    let adapted = network.adapted(to: examples)
    let output = adapted.evaluated(examples, statistics: .running).workspace.output
    let expected = network.evaluated(examples, statistics: .batch).workspace.output
    let scale = largestMagnitude(expected.values.map(Double.init))
    #expect(largestDifference(output.values, expected.values) <= 1e-6 * scale)
  }

  @Test(
    "pseudo-samples keep (N · old + n · new) / (N + n), one batch norm after the other",
    arguments: [4.0, 16])
  func pseudoSamples(count: Double) throws {
    var network = try Network.sample(.tanh, .before)
    for layer in 0..<2 {
      let width = network.layers[layer].output.features
      network.layers[layer].normalization?.running = RunningStatistics(
        mean: Array(repeating: 0.5, count: width), variance: Array(repeating: 2, count: width),
        updateCount: 3, update: .init(emaDecay: 0.9))
    }
    let examples = clusters(isSorted: false)
    let adapted = network.adapted(to: examples, pseudoSamples: count)
    for layer in 0..<2 {
      // What a layer reads passed through the layers before, which are adapted already.
      let z = adapted.evaluated(examples, statistics: .running).workspace.layers[layer]
        .preactivation
      let expected = (0..<z.columns).map { j in
        let new = twoPassMoments(z.doubleColumn(j))
        return (
          mean: (count * 0.5 + 40 * new.mean) / (count + 40),
          variance: (count * 2 + 40 * new.variance) / (count + 40)
        )
      }
      try expect(adapted.layers[layer].normalization?.running, expected)
    }
  }
}
