import Testing

@testable import Network

@Suite("Ghost batch norm")
struct GhostBatchNormTests {
  private func layer(
    ghostBatchSize: Int?, isImage: Bool, placement: LayerArchitecture.Placement
  ) throws -> Layer {
    try Layer.drawn(
      LayerArchitecture(
        isImage ? .convolution(channels: 3, stride: 1) : .dense(units: 3),
        normalization: .init(
          .batch(ghostBatchSize: ghostBatchSize, running: .init(emaDecay: 0.9))),
        placement: placement, activation: .tanh),
      input: isImage
        ? TensorShape(height: 3, width: 4, channels: 2) : TensorShape(features: 5))
  }

  @Test(
    "in groups of the batch's size is batch norm, to the bit", arguments: [false, true],
    LayerArchitecture.Placement.allCases)
  func wholeBatch(isImage: Bool, placement: LayerArchitecture.Placement) throws {
    let passes = try [nil, 6].map { size in
      let layer = try layer(ghostBatchSize: size, isImage: isImage, placement: placement)
      return LayerPass(
        layer, .normal(6 * layer.input.positions, layer.input.channels, seed: 4),
        outputGradient: layer.outputGradient(count: 6))
    }
    #expect(passes[0].output == passes[1].output)
    #expect(passes[0].inputGradient == passes[1].inputGradient)
    #expect(passes[0].gradients == passes[1].gradients)
  }

  @Test(
    "is batch norm on each group, and their parameters' gradients add up",
    arguments: [false, true], LayerArchitecture.Placement.allCases)
  func groups(isImage: Bool, placement: LayerArchitecture.Placement) throws {
    let ghost = try layer(ghostBatchSize: 4, isImage: isImage, placement: placement)
    let plain = try layer(ghostBatchSize: nil, isImage: isImage, placement: placement)
    let x = Matrix.normal(12 * ghost.input.positions, ghost.input.channels, seed: 4)
    let gradient = ghost.outputGradient(count: 12)
    let whole = LayerPass(ghost, x, outputGradient: gradient)
    let parts = (0..<3).map { group in
      LayerPass(plain, x.part(group, of: 3), outputGradient: gradient.part(group, of: 3))
    }
    #expect(whole.output.values == parts.flatMap(\.output.values))
    // One product for all of the batch may add in another order than three.
    let inputGradient = parts.flatMap(\.inputGradient.values)
    let scale = largestMagnitude(inputGradient.map(Double.init))
    #expect(largestDifference(whole.inputGradient.values, inputGradient) <= 1e-6 * scale)
    for kind in ParameterTensor.Kind.allCases {
      let sums = whole.gradients.values(of: kind)
      let parts = parts.map { $0.gradients.values(of: kind) }
      for (index, sum) in sums.enumerated() {
        let terms = parts.map { Double($0[index]) }
        // A bias before batch norm has terms that are rounding alone.
        #expect(abs(Double(sum) - terms.reduce(0, +)) <= 2e-6 * max(1, largestMagnitude(terms)))
      }
    }
  }

  @Test("groups of one number, or groups that do not divide the batch, stop the program")
  func refusals() async {
    await #expect(processExitsWith: .failure) {
      _ = Trainer(network: try .ghost(size: 1, isImage: false), batchSize: 4, learningRate: 0.1)
    }
    await #expect(processExitsWith: .failure) {
      _ = Trainer(network: try .ghost(size: 4, isImage: false), batchSize: 10, learningRate: 0.1)
    }
  }

  @Test("groups of one image, whose positions are many numbers, train")
  func groupsOfOneImage() throws {
    let network = try Network.ghost(size: 1, isImage: true)
    let data = Clusters(count: 4, images: network.layers[0].input)
    var trainer = Trainer(network: network, batchSize: 4, learningRate: 0.1)
    let loss = trainer.computeGradients(data.examples, labels: data.labels).loss
    trainer.update(with: data.examples)
    #expect(trainer.computeGradients(data.examples, labels: data.labels).loss < loss)
  }
}

extension Network {
  fileprivate static func ghost(size: Int, isImage: Bool) throws -> Network {
    let normalization = NormalizationArchitecture(
      .batch(ghostBatchSize: size, running: .init(emaDecay: 0.9)))
    return try .drawn(
      isImage
        ? .convolutional(activation: .tanh, normalization: normalization)
        : .dense(hiddenWidths: [7], activation: .tanh, normalization: normalization))
  }
}

extension Matrix {
  /// The rows of one of `count` equal parts.
  fileprivate func part(_ index: Int, of count: Int) -> Matrix {
    let size = values.count / count
    return Matrix(
      rows: rows / count, columns: columns,
      values: Array(values[index * size..<(index + 1) * size]))
  }
}
