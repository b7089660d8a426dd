import Testing

@testable import Network

@Suite("A network with hostile input")
struct HostileInputTests {
  @Test(
    "a dead unit leaves everything finite", arguments: NormalizationChoice.allCases,
    [Float(1e-3), 1e-12])
  func deadUnit(choice: NormalizationChoice, epsilon: Float) throws {
    for isImage in [false, true] {
      var network =
        isImage
        ? try Network.convolutionalSample(.relu, choice, epsilon: epsilon)
        : try Network.sample(.relu, choice, epsilon: epsilon)
      for index in 0..<2 {
        for row in 0..<network.layers[index].weights.rows {
          network.layers[index].weights[row, 0] = 0
        }
        network.layers[index].bias?[0] = -1
      }
      let data = Clusters(count: 8, images: network.layers[0].input)
      var trainer = Trainer(network: network, batchSize: 8, learningRate: 1e-4)
      for step in 0..<3 {
        let loss = trainer.computeGradients(data.examples, labels: data.labels, observes: true).loss
        #expect(loss.isFinite)
        trainer.update(with: data.examples)
        if step == 0 {
          #expect(trainer.moments.layers[0].preactivation.variance[0] == 0)
        }
        for (layer, gradients) in zip(trainer.network.layers, trainer.gradients) {
          #expect(layer.parameterTensors.allSatisfy { $0.values.allSatisfy { $0.isFinite } })
          #expect(
            ParameterTensor.Kind.allCases.allSatisfy {
              gradients.values(of: $0).allSatisfy { $0.isFinite }
            })
          #expect(layer.normalization?.running?.variance.allSatisfy { $0 >= 0 } ?? true)
        }
      }
    }
  }

  @Test(
    "NaN and infinities are counted at every tap, in whichever block of images they are",
    arguments: [NormalizationChoice.none, .layerBefore, .layerAfter, .before])
  func nonFinite(choice: NormalizationChoice) throws {
    let architecture = NetworkArchitecture(
      input: TensorShape(height: 28, width: 28, channels: 4),
      layers: [
        LayerArchitecture(
          .convolution(channels: 16, stride: 1), normalization: choice.normalization(),
          placement: choice.placement, activation: .tanh, pooling: Pooling(.average, size: 4)),
        LayerArchitecture(.dense(units: 2), activation: .identity),
      ], initializer: .he)
    let network = try Network.drawn(architecture, kernel: .fastest)
    var x = Matrix.normal(8 * 784, 4, seed: 5)
    for (row, column) in [(0, 0), (2 * 784 + 400, 1), (5 * 784 + 27, 3), (8 * 784 - 1, 2)] {
      x[row, column] = row == 0 ? .infinity : .nan
    }
    let statistics = Normalization.Statistics.running
    let (workspace, moments) = network.evaluated(x, statistics: statistics, observes: true)
    try #require(workspace.layers[0].blocks.count > 1)
    let tensors = workspace.layers[0]
    #expect(moments.input.nonFiniteCount == 4)
    let preactivations = tensors.preactivation.nonFiniteCount
    #expect(preactivations > 0 && preactivations < 8 * 784)
    #expect(moments.layers[0].preactivation.nonFiniteCount == preactivations)
    #expect(moments.layers[0].output.nonFiniteCount == tensors.pooled.nonFiniteCount)
    #expect(tensors.pooled.nonFiniteCount > 0)
    if choice.placement == .after {
      #expect(moments.layers[0].activation.nonFiniteCount == tensors.activated.nonFiniteCount)
      #expect(moments.layers[0].normalized.nonFiniteCount == tensors.transformed.nonFiniteCount)
    }
    // A pass of finite numbers starts anew.
    let clean = Matrix.normal(8 * 784, 4, seed: 6)
    var evaluator = Evaluator(for: network, examples: clean, labels: [0, 1, 0, 1, 0, 1, 0, 1])
    _ = evaluator.evaluate(network, statistics: statistics, observes: true)
    #expect(evaluator.moments.layers[0].preactivation.nonFiniteCount == 0)
  }

  @Test("moments of numbers near 1e18 are finite and right, and batch norm with them")
  func large() throws {
    let x = Matrix.normal(50, 3, seed: 7, mean: 1e18, deviation: 1e18)
    var moments = TensorMoments(features: 3)
    moments.compute(of: x)
    for j in 0..<3 {
      let oracle = twoPassMoments(x.doubleColumn(j))
      #expect(abs(Double(moments.mean[j]) - oracle.mean) <= 1e-6 * oracle.mean)
      #expect(abs(Double(moments.variance[j]) - oracle.variance) <= 1e-6 * oracle.variance)
    }
    #expect(moments.nonFiniteCount == 0)

    let layer = try Layer.normalizing(
      .init(.batch(ghostBatchSize: nil, running: .init(emaDecay: 0.9)), epsilon: 1e-12),
      features: 3)
    let gradient = layer.outputGradient(count: 50)
    let scale = Float(sign: .plus, exponent: 60, significand: 1)
    let small = Matrix(rows: 50, columns: 3, values: x.values.map { $0 / scale })
    let pass = LayerPass(layer, x, outputGradient: gradient)
    let expected = LayerPass(layer, small, outputGradient: gradient)
    #expect(largestDifference(pass.output.values, expected.output.values) <= 1e-6)
    #expect(
      largestDifference(pass.inputGradient.values.map { $0 * scale }, expected.inputGradient.values)
        <= 2e-6 * largestMagnitude(expected.inputGradient.values.map(Double.init)))
  }

  @Test(
    "variances below float32's normal numbers are not negative, and normalize to 0",
    arguments: [1e-18, 1e-20, 1e-23, 1e-30, 1e-44])
  func tiny(deviation: Double) throws {
    let x = Matrix.normal(50, 3, seed: 7, deviation: deviation)
    var moments = TensorMoments(features: 3)
    moments.compute(of: x)
    for j in 0..<3 {
      let oracle = twoPassMoments(x.doubleColumn(j))
      let difference = Double(moments.variance[j]) - oracle.variance
      // Each of the fifty squares is rounded to a multiple of the least number.
      #expect(abs(difference) <= 1e-6 * oracle.variance + Double(Float.leastNonzeroMagnitude))
      #expect(moments.variance[j] >= 0)
    }
    for choice in NormalizationChoice.allCases where choice != .none {
      let normalization = try #require(choice.normalization(epsilon: 1e-5))
      let layer = try Layer.normalizing(normalization, features: 3)
      let pass = LayerPass(
        layer, Matrix(rows: 48, columns: 3, values: Array(x.values[..<144])),
        outputGradient: layer.outputGradient(count: 48))
      let beta = try #require(layer.normalization).beta
      for row in 0..<48 { #expect(largestDifference(pass.output.row(row), beta) <= 1e-6) }
      #expect(pass.inputGradient.values.allSatisfy { $0.isFinite })
    }
  }
}

extension Matrix {
  fileprivate var nonFiniteCount: Int { values.count { !$0.isFinite } }
}
