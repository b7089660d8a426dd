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
