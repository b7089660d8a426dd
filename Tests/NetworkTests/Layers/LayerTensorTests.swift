import Network
import Testing

@Suite("Tensors of a layer, example by example")
struct LayerTensorTests {
  func network(_ layers: [LayerArchitecture], _ input: TensorShape) throws -> Network {
    try Network(
      NetworkArchitecture(input: input, layers: layers, initializer: .glorot), seed: 3,
      kernel: .portable)
  }

  @Test("Their moments are those that a pass with running statistics observes")
  func moments() throws {
    let shape = TensorShape(height: 4, width: 4, channels: 2)
    let network = try network(
      [
        LayerArchitecture(
          .convolution(channels: 3, stride: 1), hasBias: false,
          normalization: NormalizationArchitecture(
            .batch(ghostBatchSize: nil, running: RunningStatistics.Update(emaDecay: 0.9)),
            epsilon: 0.001, initialGamma: 1.5, initialBeta: 0.25, holdsStatistics: false,
            noise: nil),
          placement: .before, activation: .relu, pooling: Pooling(.max, size: 2), dropout: 0),
        LayerArchitecture(.dense(units: 5), hasBias: true, activation: .identity),
      ], shape)
    var generator = RandomGenerator(seed: 9)
    let examples = Matrix(
      rows: 12 * 16, columns: 2, values: (0..<12 * 32).map { _ in Float(generator.normal()) })
    var evaluator = Evaluator(
      for: network, examples: examples, targets: Targets(labels: Array(repeating: 0, count: 12)))
    _ = evaluator.evaluate(network, statistics: .running, observes: true)
    for index in 0..<2 {
      for tensor in [LayerTensor.input, .preactivation] {
        let values = network.values(of: tensor, ofLayer: index, for: examples)
        let observed =
          tensor == .input
          ? evaluator.moments.input(ofLayer: index) : evaluator.moments.layers[index].preactivation
        let layer = network.layers[index]
        let shape = tensor == .input ? layer.input : layer.preactivation
        #expect(values.values.count == 12 * shape.features)
        var moments = TensorMoments(features: values.columns)
        moments.compute(of: values)
        // The moments of an image's features are a channel at a time, whatever a dense layer makes of them.
        #expect(moments.mean == observed.mean && moments.variance == observed.variance)
      }
    }
  }
}
