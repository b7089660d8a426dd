import Testing

@testable import Network

@Suite("The moments of an observed pass")
struct ObservedMomentsTests {
  @Test(
    "each tap has the moments of its tensor, with the batch's statistics and with running ones",
    arguments: NormalizationChoice.allCases, Normalization.Statistics.allCases)
  func taps(choice: NormalizationChoice, statistics: Normalization.Statistics) throws {
    // The identity leaves what the normalization made to be seen.
    for network in [
      try Network.sample(.identity, choice), try Network.convolutionalSample(.identity, choice),
    ] {
      let data = Clusters(count: 15, images: network.layers[0].input)
      let (workspace, moments) = network.evaluated(
        data.examples, statistics: statistics, observes: true)
      try expectTaps(
        of: network, data.examples, workspace, moments,
        readsBatch: choice.isOverBatch && statistics == .batch)
    }
  }

  @Test(
    "each tap of training has the moments of its tensor, noise and dropout included",
    arguments: NormalizationChoice.allCases, [NormalizationNoise.published, nil])
  func trainingTaps(choice: NormalizationChoice, noise: NormalizationNoise?) throws {
    var normalization = choice.normalization()
    normalization?.noise = noise
    let sample = NetworkArchitecture.convolutional(
      activation: .identity, placement: choice.placement, normalization: normalization)
    var layers = sample.layers
    layers[1].dropout = 0.5
    let network = try Network.drawn(
      NetworkArchitecture(input: sample.input, layers: layers, initializer: .he))
    let data = Clusters(count: 16, images: network.layers[0].input)
    var trainer = Trainer(network: network, batchSize: 16, learningRate: 0.1)
    _ = trainer.computeGradients(data.examples, labels: data.labels, observes: true)
    try expectTaps(
      of: network, data.examples, trainer.workspace, trainer.moments,
      readsBatch: choice.isOverBatch)
  }

  private func expectTaps(
    of network: Network, _ examples: Matrix, _ workspace: NetworkWorkspace,
    _ moments: NetworkMoments, readsBatch: Bool
  ) throws {
    var input = examples
    for (index, layer) in network.layers.enumerated() {
      let (tensors, taps) = (workspace.layers[index], moments.layers[index])
      try expect(moments.input(ofLayer: index), of: input)
      try expect(taps.preactivation, of: tensors.preactivation)
      if let normalization = layer.normalization {
        if layer.placement == .after { try expect(taps.activation, of: tensors.activated) }
        if normalization.hasDerivedOutput && readsBatch {
          #expect(taps.normalized.count == 0)
        } else {
          try expect(taps.normalized, of: tensors.transformed)
        }
      }
      if index < network.layers.count - 1 { try expect(taps.output, of: tensors.output) }
      input = tensors.output
    }
  }

  @Test(
    "a repeated pass with other statistics is the pass from scratch, to the bit",
    arguments: NormalizationChoice.allCases, Normalization.Statistics.allCases)
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
        abs(Double(moments.mean[column]) - oracle.mean) <= 1e-6 * max(1, abs(oracle.mean)),
        sourceLocation: sourceLocation)
    }
  }
}
