import Testing

@testable import Network

@Suite("Batch norm of one batch")
struct BatchNormTests {
  /// A batch of shifted and scaled features, pushed forward and backward through batch norm.
  struct Pass {
    let normalization: Normalization
    let x: Matrix
    let dy: Matrix
    /// (x - mean) / √(variance + ε).
    var xHat: Matrix
    var y: Matrix
    var dx: Matrix
    var gammaGradient = [Float](repeating: .nan, count: 5)
    var betaGradient = [Float](repeating: .nan, count: 5)

    init(batchSize: Int, epsilon: Float) {
      x = Matrix.normal(batchSize, 5, seed: 5, mean: 3, deviation: 2)
      dy = Matrix.normal(batchSize, 5, seed: 6, mean: 0.5)
      let architecture = NormalizationArchitecture(
        .batch(ghostBatchSize: nil, running: .init(emaDecay: 0.9)), epsilon: epsilon)
      let plain = Normalization(features: 5, architecture)
      var normalization = plain
      normalization.gamma = [1, -0.5, 2, 0.25, 1.5]
      normalization.beta = [0, 1, -3, 0.5, 10]
      self.normalization = normalization
      xHat = Matrix(rows: batchSize, columns: 5)
      y = xHat
      dx = dy
      var moments = TensorMoments(features: 5)
      moments.compute(of: x)
      var scaling = NormalizationScaling(.rowsOfColumn, parts: 1, features: 5)
      scaling.center(on: moments, epsilon: epsilon)
      let rows = 0..<batchSize
      plain.forward(x, rows: rows, scaling: scaling, activation: .identity, into: &xHat)
      normalization.forward(x, rows: rows, scaling: scaling, activation: .identity, into: &y)
      var sums = NormalizationGradientSums(parts: 1, features: 5)
      normalization.addUpGradient(
        &dx, of: x, rows: rows, activation: .identity, outputs: y, scaling: scaling, into: &sums)
      normalization.parameterGradients(sums, gamma: &gammaGradient, beta: &betaGradient)
      normalization.backward(
        &dx, of: x, rows: rows, batchRows: batchSize, scaling: scaling, sums: &sums)
    }
  }

  static let batchSizes = [2, 3, 60]
  static let epsilons: [Float] = [1e-5, 1e-3, 0.5]

  @Test(
    "the gradients are those of the paper's own, uncollapsed formulas", arguments: batchSizes,
    epsilons)
  func paperBackward(batchSize: Int, epsilon: Float) {
    let pass = Pass(batchSize: batchSize, epsilon: epsilon)
    for j in 0..<5 {
      let paper = PaperBackward(
        x: pass.x.doubleColumn(j), dy: pass.dy.doubleColumn(j),
        gamma: Double(pass.normalization.gamma[j]), epsilon: Double(epsilon))
      let dx = pass.dx.doubleColumn(j)
      let error = largestMagnitude(zip(dx, paper.dx).map { $0 - $1 })
      #expect(error <= 2e-6 * paper.scale)
      #expect(
        abs(Double(pass.gammaGradient[j]) - paper.dGamma) <= 1e-6 * paper.sumOfMagnitudes)
      #expect(abs(Double(pass.betaGradient[j]) - paper.dBeta) <= 1e-6 * paper.sumOfMagnitudes)
    }
  }

  @Test(
    "the normalized input has mean 0 and mean square var / (var + ε)", arguments: batchSizes,
    epsilons)
  func normalizedInput(batchSize: Int, epsilon: Float) {
    let pass = Pass(batchSize: batchSize, epsilon: epsilon)
    for j in 0..<5 {
      let xHat = pass.xHat.doubleColumn(j)
      let variance = twoPassMoments(pass.x.doubleColumn(j)).variance
      let m = Double(batchSize)
      let meanSquare = xHat.reduce(0) { $0 + $1 * $1 } / m
      #expect(abs(xHat.reduce(0, +) / m) <= 2e-6)
      let expected = variance / (variance + Double(epsilon))
      #expect(abs(meanSquare - expected) <= 1e-6 * expected)
    }
  }

  @Test(
    "the input's gradient sums to 0, and against the normalized input to what ε leaves",
    arguments: batchSizes, epsilons)
  func inputGradient(batchSize: Int, epsilon: Float) {
    let pass = Pass(batchSize: batchSize, epsilon: epsilon)
    for j in 0..<5 {
      let dx = pass.dx.doubleColumn(j)
      let dy = pass.dy.doubleColumn(j)
      let xHat = pass.xHat.doubleColumn(j)
      let variance = twoPassMoments(pass.x.doubleColumn(j)).variance
      let eps = Double(epsilon)
      let factor = Double(pass.normalization.gamma[j]) / (variance + eps).squareRoot()
      let product = zip(dy, xHat).reduce(0) { $0 + $1.0 * $1.1 }
      let expected = factor * (eps / (variance + eps)) * product
      let scale = abs(factor) * dy.reduce(0) { $0 + abs($1) }
      let inner = zip(xHat, dx).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(dx.reduce(0, +)) <= 1e-6 * scale)
      #expect(abs(inner - expected) <= 2e-6 * scale)
    }
  }

  @Test("two examples are normalized to ±1, whatever their distance")
  func twoExamples() {
    let pass = Pass(batchSize: 2, epsilon: 1e-12)
    for j in 0..<5 {
      let sign: Float = pass.x[0, j] > pass.x[1, j] ? 1 : -1
      #expect(abs(pass.xHat[0, j] - sign) <= 1e-6)
      #expect(abs(pass.xHat[1, j] + sign) <= 1e-6)
    }
  }

  @Test("a constant feature is normalized to 0, and its output is beta")
  func constantFeature() {
    let x = Matrix(rows: 6, columns: 2, repeating: 0.1)
    var moments = TensorMoments(features: 2)
    moments.compute(of: x)
    var normalization = Normalization(
      features: 2,
      NormalizationArchitecture(.batch(ghostBatchSize: nil, running: .init(emaDecay: 0.9))))
    normalization.beta = [0.3, -7]
    var scaling = NormalizationScaling(.rowsOfColumn, parts: 1, features: 2)
    scaling.center(on: moments, epsilon: 1e-5)
    var y = x
    normalization.forward(x, rows: 0..<6, scaling: scaling, activation: .identity, into: &y)
    for row in 0..<6 { #expect(y.row(row) == normalization.beta) }
  }
}
