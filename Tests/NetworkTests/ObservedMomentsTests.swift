import Testing

@testable import Network

@Suite("The moments of an observed pass")
struct ObservedMomentsTests {
  @Test(
    "each tap has the moments of its tensor, with the batch's statistics and with running ones",
    arguments: NormalizationChoice.plain, Normalization.Statistics.allCases)
  func taps(choice: NormalizationChoice, statistics: Normalization.Statistics) throws {
    let data = Clusters(count: 15)
    // The identity leaves batch norm's output to be seen as the layer's.
    let network = try Network.sample(.identity, choice)
    let (workspace, moments) = network.evaluated(
      data.examples, statistics: statistics, observes: true)
    var input = data.examples
    for (index, layer) in network.layers.enumerated() {
      let (tensors, taps) = (workspace.layers[index], moments.layers[index])
      try expect(moments.input(ofLayer: index), of: input)
      try expect(taps.preactivation, of: tensors.preactivation)
      if layer.normalization != nil {
        if choice == .after { try expect(taps.activation, of: tensors.activated) }
        if statistics == .running { try expect(taps.normalized, of: tensors.output) }
      }
      input = tensors.output
    }
  }

  @Test(
    "a repeated pass with other statistics is the pass from scratch, to the bit",
    arguments: NormalizationChoice.plain, Normalization.Statistics.allCases)
  func repeated(choice: NormalizationChoice, statistics: Normalization.Statistics) throws {
    let data = Clusters(count: 15)
    let network = try Network.sample(.tanh, choice)
    var fresh = Evaluator(for: network, examples: data.examples, labels: data.labels)
    let expected = fresh.evaluate(network, statistics: statistics, observes: true)
    var evaluator = Evaluator(for: network, examples: data.examples, labels: data.labels)
    for first in Normalization.Statistics.allCases {
      _ = evaluator.evaluate(network, statistics: first)
      let result = evaluator.evaluate(
        network, statistics: statistics, observes: true, isRepeated: true)
      #expect(result == expected)
      for (taps, expected) in zip(evaluator.moments.layers, fresh.moments.layers) {
        #expect(taps.output == expected.output)
        #expect(taps.preactivation == expected.preactivation)
        #expect(taps.activation == expected.activation)
        #expect(taps.normalized == expected.normalized)
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
