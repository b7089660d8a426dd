import Statistics
import Testing

@testable import Network

@Suite("The details that an observed pass keeps beside moments")
struct ObservedDetailTests {
  @Test(
    "all taps have all their numbers and their higher moments, in one chunk or many, and equal results",
    arguments: NormalizationChoice.allCases, Normalization.Statistics.allCases)
  func evaluated(choice: NormalizationChoice, statistics: Normalization.Statistics) throws {
    for network in [
      try Network.sample(.tanh, choice), try Network.convolutionalSample(.tanh, choice),
    ] {
      let data = Clusters(count: 15, images: network.layers[0].input)
      for chunkBytes in [1 << 20, 1] {
        var plain = Evaluator(
          for: network, examples: data.examples, targets: Targets(labels: data.labels),
          chunkBytes: chunkBytes)
        let expected = plain.evaluate(network, statistics: statistics, observes: true)
        var evaluator = plain
        for isRepeated in [false, true] {
          let result = evaluator.evaluate(
            network, statistics: statistics, observes: true, detail: [.higherMoments, .values],
            isRepeated: isRepeated)
          #expect(result == expected)
          try expect(evaluator.moments, toAddTo: plain.moments, of: network)
          #expect(evaluator.moments.input.values == data.examples.values)
        }
        // Nothing is left for a pass that did not ask for it.
        _ = evaluator.evaluate(network, statistics: statistics, observes: true)
        for tap in taps(of: evaluator.moments) {
          #expect(tap.values.isEmpty && tap.higherMoments.count == 0)
        }
      }
    }
  }

  @Test("a training step cut in parts has the higher moments of the whole batch")
  func parts() throws {
    var whole = try higherMoments(threads: 1)
    let parts = try higherMoments(threads: 3)
    #expect(whole.count == parts.count)
    for part in parts {
      let other = whole.removeFirst()
      #expect(part.count == other.count)
      for (x, y) in zip(part.kurtosis ?? [], other.kurtosis ?? []) {
        #expect(x.isNaN && y.isNaN || abs(x - y) <= 1e-4 * abs(y))
      }
    }
  }

  private func higherMoments(threads: Int) throws -> [HigherMomentAccumulator] {
    var network = try Network.convolutionalSample(.relu, .before)
    network.kernel = MatrixKernel(.portable, threads: threads)
    let data = Clusters(count: 18, images: network.layers[0].input)
    var trainer = Trainer(network: network, batchSize: 18, learningRate: 0.1)
    _ = trainer.computeGradients(
      data.examples, targets: Targets(labels: data.labels), observes: true, detail: .higherMoments)
    let moments = trainer.moments
    #expect(taps(of: moments).allSatisfy { $0.values.isEmpty })
    return taps(of: moments).map(\.higherMoments).filter { $0.count > 0 }
  }

  private func taps(of moments: NetworkMoments) -> [TensorMoments] {
    [moments.input]
      + moments.layers.flatMap { [$0.preactivation, $0.activation, $0.normalized, $0.output] }
  }

  private func expect(
    _ moments: NetworkMoments, toAddTo plain: NetworkMoments, of network: Network
  ) throws {
    for (tap, plain) in zip(taps(of: moments), taps(of: plain)) where plain.count > 0 {
      #expect(tap.mean == plain.mean && tap.variance == plain.variance)
    }
    for (layer, taps) in zip(network.layers, moments.layers) {
      // Numbers that batch norm hands on are kept even where their moments follow.
      #expect((layer.normalization == nil) == (taps.normalized.count == 0))
    }
    for tap in taps(of: moments) where tap.count > 0 {
      let features = tap.mean.count
      try #require(tap.values.count == tap.count * features)
      var oracle = HigherMomentAccumulator(features: features)
      for row in 0..<tap.count {
        oracle.add(rows: tap.values.span.extracting(row * features..<(row + 1) * features))
      }
      #expect(tap.higherMoments.count == tap.count)
      for feature in 0..<features {
        let column = stride(from: feature, to: tap.values.count, by: features)
          .map { Double(tap.values[$0]) }
        let moments = twoPassMoments(column)
        #expect(abs(Double(tap.mean[feature]) - moments.mean) <= 1e-6 * max(1, abs(moments.mean)))
        guard moments.variance > 1e-12 else { continue }
        let found = try #require(tap.higherMoments.kurtosis)[feature]
        let expected = try #require(oracle.kurtosis)[feature]
        #expect(abs(found - expected) <= 1e-9 * expected)
      }
    }
  }
}
