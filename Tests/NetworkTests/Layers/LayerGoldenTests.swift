import Testing

@testable import Network

@Suite("A layer against PyTorch's")
struct LayerGoldenTests {
  /// ((a · i + b) mod modulus - modulus / 2) / divisor + offset, as Tests/Oracles/network_layers.py has it.
  private func made(
    _ count: Int, _ a: Int, _ b: Int, _ modulus: Int, _ divisor: Float, offset: Float = 0
  ) -> [Float] {
    (0..<count).map { Float((a * $0 + b) % modulus - modulus / 2) / divisor + offset }
  }

  @Test(
    "hands on the same and has the same gradients", arguments: LayerGolden.all.indices,
    [MatrixKernel.portable, .fastest])
  func layer(index: Int, kernel: MatrixKernel) throws {
    let golden = LayerGolden.all[index]
    var layer = try Layer.drawn(golden.architecture, input: golden.input)
    let (count, units) = (LayerGolden.batchSize, layer.preactivation.channels)
    layer.setParameter(.weight, made(layer.weights.values.count, 37, 11, 65, 64))
    if golden.architecture.hasBias { layer.setParameter(.bias, made(units, 13, 3, 31, 16)) }
    if golden.architecture.normalization != nil {
      layer.setParameter(.gamma, made(units, 17, 3, 13, 8, offset: 1))
      layer.setParameter(.beta, made(units, 11, 2, 9, 8))
    }
    let shape = golden.input
    let batch = Matrix(
      rows: count * shape.positions, columns: shape.channels,
      values: made(count * shape.features, 29, 5, 67, 32))
    let gradient = Matrix(
      rows: count * layer.output.positions, columns: layer.output.channels,
      values: made(count * layer.output.features, 31, 7, 61, 32))
    let pass = LayerPass(layer, batch, outputGradient: gradient, kernel: kernel)
    for (numbers, expected) in [
      (pass.output.values, golden.output), (pass.inputGradient.values, golden.inputGradient),
      (pass.gradients.weights.values, golden.weight), (pass.gradients.bias, golden.bias),
      (pass.gradients.gamma, golden.gamma), (pass.gradients.beta, golden.beta),
    ] {
      try #require(numbers.count == expected.count)
      let errors = zip(numbers, expected).map { Double($0) - $1 }
      // A bias that the normalization takes off has a gradient of nothing but rounding.
      #expect(largestMagnitude(errors) <= 2e-6 * max(1, largestMagnitude(expected)))
    }
  }

  @Test("the unbiased running statistics move alike")
  func runningStatistics() {
    var running = RunningStatistics(
      features: 3, update: .init(emaDecay: 0.75, variance: .unbiased))
    for (batch, expected) in LayerGolden.running.enumerated() {
      var moments = TensorMoments(features: 3)
      moments.compute(
        of: Matrix(
          rows: 6, columns: 3,
          values: (0..<18).map { Float((23 * $0 + 7 * batch) % 53 - 26) / 16 }))
      running.move(towards: moments)
      #expect(largestMagnitude(zip(running.mean, expected.mean).map { Double($0) - $1 }) <= 1e-6)
      #expect(
        largestMagnitude(zip(running.variance, expected.variance).map { Double($0) - $1 }) <= 1e-6)
    }
    #expect(LayerGolden.running.count == 4 && running.updateCount == 4)
  }
}
