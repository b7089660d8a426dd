import Testing

@testable import Network

@Suite("A layer without a map")
struct IdentityTests {
  /// A normalization of what comes in, then two layers, the first of which may be a convolution.
  private func network(
    _ choice: NormalizationChoice, input: TensorShape, hasBias: Bool = true, _ kernel: MatrixKernel
  ) throws -> Network {
    let map: LayerArchitecture.Map =
      input.positions > 1 ? .convolution(channels: 3, stride: 1) : .dense(units: 6)
    return try .drawn(
      NetworkArchitecture(
        input: input,
        layers: [
          LayerArchitecture(
            .identity, hasBias: hasBias, normalization: choice.normalization(),
            placement: choice.placement, activation: .identity),
          LayerArchitecture(map, normalization: choice.normalization(), activation: .tanh),
          LayerArchitecture(.identity, hasBias: false, activation: .sigmoid),
          LayerArchitecture(.dense(units: 4), activation: .identity),
        ], initializer: .he), kernel: kernel)
  }

  @Test(
    "every gradient of it and of the layers around it is the slope of the loss",
    arguments: NormalizationChoice.allCases, [false, true])
  func gradients(choice: NormalizationChoice, isImage: Bool) throws {
    let shape =
      isImage ? TensorShape(height: 3, width: 4, channels: 2) : TensorShape(features: 5)
    let data = isImage ? Clusters(count: 8, images: shape) : Clusters(count: 8)
    for kernel in [MatrixKernel.portable, MatrixKernel(.portable, threads: 2)] {
      let network = try network(choice, input: shape, kernel)
      let slopes = NaiveNetwork(network).slopes(
        data.examples.examples(of: shape), targets: data.targets)
      var trainer = Trainer(network: network, batchSize: 8, learningRate: 0.1)
      let isDeferring = trainer.parts.count == 1
      #expect(isDeferring == (kernel.threads == 1 || !isImage))
      _ = trainer.computeGradients(data.examples, targets: data.targets, observes: false)
      for (layer, error) in trainer.gradientErrors(from: slopes).enumerated()
      where !network.layers[layer].parameterTensors.isEmpty {
        #expect(error <= 2e-6, "layer \(layer)")
      }
      // A step takes the same way with and without gradients that wait for it.
      var deferring = trainer
      _ = deferring.computeGradients(
        data.examples, targets: data.targets, observes: false, defersWeights: true)
      deferring.update(with: data.examples)
      trainer.update(with: data.examples)
      for (a, b) in zip(trainer.network.layers, deferring.network.layers) {
        for (new, other) in zip(a.parameterTensors, b.parameterTensors) {
          #expect(largestDifference(new.values, other.values) <= 1e-6)
        }
      }
    }
  }

  @Test("it hands on what it reads, and learns no weights")
  func plain() throws {
    let layer = try Network.drawn(
      NetworkArchitecture(
        input: TensorShape(features: 5),
        layers: [LayerArchitecture(.identity, hasBias: false, activation: .identity)],
        initializer: .he))
    let examples = Matrix.normal(4, 5, seed: 1)
    #expect(layer.evaluated(examples, statistics: .batch).workspace.output == examples)
    #expect(layer.layers[0].parameterTensors == [])
    #expect(layer.layers[0].map.kind == "identity")
  }
}
