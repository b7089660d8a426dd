import Network
import Testing

@Suite("The moments of an observed pass")
struct ObservedMomentsTests {
  @Test(
    "each tap has the moments of its tensor, with the batch's statistics and with running ones",
    arguments: NormalizationChoice.allCases, BatchNorm.Statistics.allCases)
  func taps(choice: NormalizationChoice, statistics: BatchNorm.Statistics) throws {
    let data = Clusters(count: 15)
    // The identity leaves batch norm's output to be seen as the layer's.
    let network = Network.sample(.identity, choice)
    var evaluator = Evaluator(for: network, examples: data.examples, labels: data.labels)
    _ = evaluator.evaluate(network, statistics: statistics, observes: true)
    var input = data.examples
    for (layer, taps) in zip(network.layers, evaluator.workspace.layers) {
      try expect(taps.inputMoments, of: input)
      try expect(taps.preactivationMoments, of: taps.preactivation)
      if layer.batchNorm != nil {
        if choice == .after { try expect(taps.activationMoments, of: taps.activated) }
        if statistics == .running { try expect(taps.normalizedMoments, of: taps.output) }
      }
      input = taps.output
    }
  }

  @Test(
    "a repeated pass with other statistics is the pass from scratch, to the bit",
    arguments: NormalizationChoice.allCases, BatchNorm.Statistics.allCases)
  func repeated(choice: NormalizationChoice, statistics: BatchNorm.Statistics) {
    let data = Clusters(count: 15)
    let network = Network.sample(.tanh, choice)
    var fresh = Evaluator(for: network, examples: data.examples, labels: data.labels)
    let expected = fresh.evaluate(network, statistics: statistics, observes: true)
    var evaluator = Evaluator(for: network, examples: data.examples, labels: data.labels)
    for first in BatchNorm.Statistics.allCases {
      _ = evaluator.evaluate(network, statistics: first)
      let result = evaluator.evaluate(
        network, statistics: statistics, observes: true, isRepeated: true)
      #expect(result == expected)
      for (taps, expected) in zip(evaluator.workspace.layers, fresh.workspace.layers) {
        #expect(taps.output == expected.output)
        #expect(taps.inputMoments == expected.inputMoments)
        #expect(taps.preactivationMoments == expected.preactivationMoments)
        #expect(taps.activationMoments == expected.activationMoments)
        #expect(taps.normalizedMoments == expected.normalizedMoments)
      }
    }
  }

  private func expect(
    _ moments: TensorMoments, of tensor: Matrix,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try #require(moments.count == tensor.rows, sourceLocation: sourceLocation)
    for column in 0..<tensor.columns {
      let oracle = twoPassMoments(tensor.doubleColumn(column))
      let error = abs(Double(moments.variance[column]) - oracle.variance)
      #expect(error <= 1e-6 * oracle.variance, sourceLocation: sourceLocation)
      #expect(
        abs(Double(moments.mean[column]) - oracle.mean) <= 1e-6, sourceLocation: sourceLocation)
    }
  }
}
