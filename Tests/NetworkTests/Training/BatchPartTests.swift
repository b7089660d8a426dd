import Testing

@testable import Network

@Suite("A batch in parts, each on a thread of its own")
struct BatchPartTests {
  private func network(
    _ choice: NormalizationChoice, threads: Int, noise: NormalizationNoise? = nil
  )
    throws -> Network
  {
    var normalization = choice.normalization()
    normalization?.noise = noise
    return try .drawn(
      .convolutional(activation: .tanh, placement: choice.placement, normalization: normalization),
      seed: 2, kernel: MatrixKernel(.portable, threads: threads))
  }

  @Test(
    "makes the loss, the moments and the gradients of the whole",
    arguments: NormalizationChoice.allCases, [2, 3])
  func whole(choice: NormalizationChoice, threads: Int) throws {
    let alone = try network(choice, threads: 1)
    let data = Clusters(count: 8, images: alone.layers[0].input)
    var expected = Trainer(network: alone, batchSize: 8, learningRate: 0.1)
    var trainer = Trainer(
      network: try network(choice, threads: threads), batchSize: 8, learningRate: 0.1)
    try #require(trainer.parts.count > 1)
    for _ in 0..<2 {
      let wanted = expected.computeGradients(data.examples, labels: data.labels, observes: true)
      let value = trainer.computeGradients(data.examples, labels: data.labels, observes: true)
      #expect(abs(value.loss - wanted.loss) <= 1e-6 * wanted.loss)
      #expect(value.correctCount == wanted.correctCount)
      for (layer, (gradients, others)) in zip(trainer.gradients, expected.gradients).enumerated() {
        let scale = largestMagnitude(others.weights.values.map(Double.init))
        for (a, b) in [
          (gradients.weights.values, others.weights.values), (gradients.bias, others.bias),
          (gradients.gamma, others.gamma), (gradients.beta, others.beta),
        ] {
          try #require(a.count == b.count)
          #expect(
            largestMagnitude(zip(a, b).map { Double($0 - $1) }) <= 5e-6 * scale, "layer \(layer)")
        }
      }
      expectEqual(trainer.moments.input, expected.moments.input)
      for (taps, others) in zip(trainer.moments.layers, expected.moments.layers) {
        expectEqual(taps.preactivation, others.preactivation)
        expectEqual(taps.activation, others.activation)
        expectEqual(taps.normalized, others.normalized)
        expectEqual(taps.output, others.output)
      }
      trainer.update(with: data.examples)
      expected.update(with: data.examples)
    }
    for (layer, other) in zip(trainer.network.layers, expected.network.layers) {
      guard let running = layer.normalization?.running, let wanted = other.normalization?.running
      else { continue }
      #expect(running.updateCount == wanted.updateCount)
      for (a, b) in [(running.mean, wanted.mean), (running.variance, wanted.variance)] {
        #expect(largestMagnitude(zip(a, b).map { Double($0 - $1) }) <= 5e-6)
      }
    }
  }

  @Test("a unit draws one noise for all parts of the batch")
  func sharedUnits() throws {
    let network = try network(.before, threads: 2, noise: .published)
    let data = Clusters(count: 8, images: network.layers[0].input)
    var trainer = Trainer(network: network, batchSize: 8, learningRate: 0.1)
    _ = trainer.computeGradients(data.examples, labels: data.labels)
    let units = trainer.parts.map { $0.workspace.layers[0].unitNoise }
    #expect(units[0].means == units[1].means && units[0].scales == units[1].scales)
    let scales = trainer.parts.map { $0.workspace.layers[0].noiseScales }
    #expect(scales[0] != scales[1])
  }

  @Test("a ghost batch is never cut, and dense layers leave threads to the products")
  func ranges() throws {
    let ghost = try network(.ghostBefore, threads: 1)
    let size = try #require(ghost.layers[0].normalization?.ghostBatchSize)
    let cut = BatchPart.ranges(batchSize: 4 * size, count: 3, network: ghost)
    #expect(cut.count == 3 && cut.allSatisfy { $0.count % size == 0 })
    #expect(cut.first?.lowerBound == 0 && cut.last?.upperBound == 4 * size)
    #expect(BatchPart.ranges(batchSize: size, count: 3, network: ghost) == [0..<size])
    let plain = try network(.none, threads: 1)
    #expect(BatchPart.ranges(batchSize: 7, count: 3, network: plain) == [0..<2, 2..<4, 4..<7])
    let dense = try Network.drawn(
      .dense(hiddenWidths: [3], activation: .relu, placement: .before, normalization: nil), seed: 1)
    #expect(BatchPart.ranges(batchSize: 8, count: 2, network: dense) == [0..<8])
  }

  private func expectEqual(
    _ a: TensorMoments, _ b: TensorMoments,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(a.count == b.count, sourceLocation: sourceLocation)
    guard b.count > 0 else { return }
    for (x, y) in [(a.mean, b.mean), (a.variance, b.variance)] {
      #expect(
        largestMagnitude(zip(x, y).map { Double($0 - $1) }) <= 5e-6, sourceLocation: sourceLocation)
    }
  }
}
