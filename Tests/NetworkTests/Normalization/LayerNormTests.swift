import Testing

@testable import Network

@Suite("Layer norm")
struct LayerNormTests {
  private func convolution(epsilon: Float) throws -> Layer {
    try Layer.drawn(
      LayerArchitecture(
        .convolution(channels: 3, stride: 1), hasBias: false,
        normalization: .init(.layer, epsilon: epsilon), activation: .identity),
      input: TensorShape(height: 4, width: 3, channels: 2))
  }

  @Test("shifting and scaling an example changes nothing that is made of it")
  func invariance() throws {
    let layer = try Layer.normalizing(.init(.layer, epsilon: 1e-12), features: 6)
    let x = Matrix.normal(4, 6, seed: 3)
    var moved = x
    for (row, (scale, shift)) in [(0.01, 0), (1, 5), (300, -70), (2, 2)].enumerated() {
      for column in 0..<6 { moved[row, column] = Float(scale) * x[row, column] + Float(shift) }
    }
    let gradient = layer.outputGradient(count: 4)
    let pass = LayerPass(layer, x, outputGradient: gradient)
    let movedPass = LayerPass(layer, moved, outputGradient: gradient)
    let scale = largestMagnitude(pass.output.values.map(Double.init))
    // The shift of 5 leaves float32 a third of its digits less.
    #expect(largestDifference(pass.output.values, movedPass.output.values) <= 4e-6 * scale)
  }

  @Test("scaling one image of a batch scales the gradient that goes back to it alone")
  func images() throws {
    let layer = try convolution(epsilon: 1e-12)
    let x = Matrix.normal(5 * 12, 2, seed: 3)
    var scaled = x
    for index in 2 * 24..<3 * 24 { scaled.values[index] *= 8 }
    let gradient = layer.outputGradient(count: 5)
    let pass = LayerPass(layer, x, outputGradient: gradient)
    let scaledPass = LayerPass(layer, scaled, outputGradient: gradient)
    let scale = largestMagnitude(pass.output.values.map(Double.init))
    #expect(largestDifference(pass.output.values, scaledPass.output.values) <= 1e-6 * scale)
    let restored = scaledPass.inputGradient.values.enumerated().map { index, gradient in
      (2 * 24..<3 * 24).contains(index) ? 8 * gradient : gradient
    }
    let gradientScale = largestMagnitude(pass.inputGradient.values.map(Double.init))
    #expect(largestDifference(pass.inputGradient.values, restored) <= 2e-6 * gradientScale)
  }

  @Test("what goes back to an example sums to 0, and against it to what ε leaves")
  func inputGradient() throws {
    let layer = try Layer.normalizing(.init(.layer, epsilon: 0.25), features: 6)
    let x = Matrix.normal(4, 6, seed: 3, mean: 2)
    let gradient = layer.outputGradient(count: 4)
    let pass = LayerPass(layer, x, outputGradient: gradient)
    let gamma = try #require(layer.normalization).gamma
    for row in 0..<4 {
      let numbers = x.doubleRows[row]
      let (mean, variance) = twoPassMoments(numbers)
      let deviation = (variance + 0.25).squareRoot()
      let xHat = numbers.map { ($0 - mean) / deviation }
      let g = (0..<6).map { Double(gamma[$0]) * Double(gradient[row, $0]) }
      let dx = pass.inputGradient.doubleRows[row]
      let scale = g.reduce(0) { $0 + abs($1) } / deviation
      #expect(abs(dx.reduce(0, +)) <= 1e-6 * scale)
      let inner = zip(xHat, dx).reduce(0) { $0 + $1.0 * $1.1 }
      let product = zip(xHat, g).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(inner - product * 0.25 / (variance + 0.25) / deviation) <= 2e-6 * scale)
    }
  }

  @Test("an example does not depend on the others, and batches of one work")
  func independence() throws {
    let layer = try convolution(epsilon: 1e-3)
    let x = Matrix.normal(5 * 12, 2, seed: 3)
    let gradient = layer.outputGradient(count: 5)
    let whole = LayerPass(layer, x, outputGradient: gradient)
    for example in 0..<5 {
      func image(_ matrix: Matrix) -> Matrix {
        let size = 12 * matrix.columns
        return Matrix(
          rows: 12, columns: matrix.columns,
          values: Array(matrix.values[example * size..<(example + 1) * size]))
      }
      let alone = LayerPass(layer, image(x), outputGradient: image(gradient))
      #expect(alone.output == image(whole.output))
      #expect(alone.inputGradient == image(whole.inputGradient))
    }
  }

  @Test("a constant example is beta, and what goes back to it is finite", arguments: [1e-3, 1e-12])
  func constantExample(epsilon: Float) throws {
    let layer = try Layer.normalizing(.init(.layer, epsilon: epsilon), features: 6)
    let x = Matrix(rows: 2, columns: 6, repeating: 0.1)
    let pass = LayerPass(layer, x, outputGradient: layer.outputGradient(count: 2))
    let normalization = try #require(layer.normalization)
    for row in 0..<2 { #expect(pass.output.row(row) == normalization.beta) }
    #expect(pass.inputGradient.values.allSatisfy { $0.isFinite })
    #expect(pass.gradients.gamma.allSatisfy { $0 == 0 })
  }
}
