import Glibc
import Testing

@testable import Network

@Suite("Exponential, sigmoid and tanh against the C library's in Double")
struct ElementwiseKernelTests {
  private func exponential(_ xs: [Float]) -> [Float] {
    var values = xs
    ElementwiseKernel.exponential(&values)
    return values
  }

  private func exponential(_ x: Float) -> Float { exponential([x])[0] }

  private func sigmoid(_ xs: [Float]) -> [Float] { activated(xs, .sigmoid) }

  private func tangent(_ xs: [Float]) -> [Float] { activated(xs, .tanh) }

  private func activated(_ xs: [Float], _ activation: Activation) -> [Float] {
    var matrix = Matrix(rows: 1, columns: xs.count, values: xs)
    activation.apply(to: &matrix, rows: 0..<1)
    return matrix.values
  }

  /// The largest error of `f` on `xs`, relative to the exact value.
  private func largestError(
    _ f: ([Float]) -> [Float], _ exact: (Double) -> Double, _ xs: [Float]
  ) -> Double {
    largestMagnitude(zip(f(xs), xs).map { Double($0) / exact(Double($1)) - 1 })
  }

  /// ±m·2ᵉ for all exponents from the smallest subnormal number up to 2⁻¹.
  private let nearZero: [Float] = (-149 ... -1).flatMap { exponent in
    [1, 1.25, 1.999].flatMap { (m: Double) -> [Float] in
      let x = Float(scalbn(m, Int32(exponent)))
      return [x, -x]
    }
  }
  private let sweep = Array(stride(from: Float(-90), through: 90, by: 0x1p-8))

  @Test("the exponential is exact to 1e-7 where it is a normal number")
  func exponentials() {
    let inner = sweep.filter { $0 >= -87.3 && $0 <= 88.3 }
    #expect(largestError(exponential, exp, inner) <= 1e-7)
    #expect(largestError(exponential, exp, nearZero) <= 1e-7)
    #expect(exponential(0) == 1 && exponential(-0.0) == 1)
  }

  @Test("the exponential is 0 where it would be subnormal, and infinite before it overflows")
  func exponentialEdges() {
    for (x, value) in zip(sweep, exponential(sweep)) {
      #expect((value == 0) == (x < -87.3) && (value == .infinity) == (x > 88.3))
    }
    #expect(exponential(-.infinity) == 0 && exponential(.infinity) == .infinity)
    #expect(exponential(-.greatestFiniteMagnitude) == 0)
    #expect(exponential(.greatestFiniteMagnitude) == .infinity)
    #expect(exponential(.nan).isNaN)
    // The last arguments before each edge.
    #expect(exponential(-87.3) >= .leastNormalMagnitude)
    #expect(exponential(88.3).isFinite)
  }

  @Test("the exponential never falls while its argument grows")
  func exponentialIsMonotone() {
    let values = exponential(sweep)
    #expect(zip(values, values.dropFirst()).allSatisfy { $0 <= $1 })
  }

  @Test("the sigmoid is exact to 2e-7, in its lower tail too")
  func sigmoids() {
    func exact(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    #expect(largestError(sigmoid, exact, sweep.filter { $0 >= -88.2 }) <= 2e-7)
    #expect(largestError(sigmoid, exact, nearZero) <= 2e-7)
    #expect(sigmoid(sweep.filter { $0 < -88.2 }).allSatisfy { (0...5e-39).contains(Double($0)) })
    let edges = sigmoid([0, .infinity, -.infinity, .nan])
    #expect(edges[0] == 0.5 && edges[1] == 1 && (0...5e-39).contains(Double(edges[2])))
    #expect(edges[3].isNaN)
  }

  @Test("tanh is exact to 2e-7, down to the smallest numbers")
  func tangents() {
    let small = nearZero + stride(from: -1, through: 1, by: 0x1p-12).filter { $0 != 0 }
    #expect(largestError(tangent, tanh, small) <= 2e-7)
    #expect(largestError(tangent, tanh, sweep.filter { $0 != 0 }) <= 2e-7)
    let edges = tangent([0, .infinity, -.infinity, .nan])
    #expect(edges[..<3] == [0, 1, -1] && edges[3].isNaN)
    #expect(tangent(sweep).allSatisfy { abs($0) <= 1 })
  }

  @Test(
    "a number's activation, and its gradient's, are the same bits wherever the number stands",
    arguments: Activation.allCases)
  func sameEverywhere(activation: Activation) {
    // 67 numbers are not whole vectors of any width; alone, a number is never in one.
    let xs = (0..<67).map { Float($0) * 0.173 - 5.3 }
    #expect(activated(xs, activation) == xs.flatMap { activated([$0], activation) })
    #expect(exponential(xs) == xs.map { exponential($0) })
    let gradients = xs.map { 1 / ($0 + 0.01) }
    func carriedBack(_ positions: Range<Int>) -> [Float] {
      var gradient = Matrix(rows: 1, columns: positions.count, values: Array(gradients[positions]))
      let outputs = Matrix(rows: 1, columns: positions.count, values: Array(xs[positions]))
      activation.multiplyByDerivative(&gradient, outputs: outputs, rows: 0..<1)
      return gradient.values
    }
    #expect(carriedBack(0..<67) == (0..<67).flatMap { carriedBack($0..<$0 + 1) })
  }

  @Test(
    "a column is normalized, forward and backward, to the same bits in whatever company it is",
    arguments: Activation.allCases)
  func columnsAreIndependent(activation: Activation) {
    let whole = NormalizedColumns(0..<67, activation)
    for column in [0, 15, 16, 31, 48, 63, 64, 66] {
      let alone = NormalizedColumns(column..<column + 1, activation)
      #expect(alone.columns[0] == whole.columns[column])
    }
  }

  @Test("an activation keeps NaN, in its value and in its gradient", arguments: Activation.allCases)
  func keepsNaN(activation: Activation) {
    var x = Matrix(rows: 1, columns: 3, values: [.nan, 1, -1])
    activation.apply(to: &x, rows: 0..<1)
    #expect(x.values.map(\.isNaN) == [true, false, false])
    var gradient = Matrix(rows: 1, columns: 3, values: [1, .nan, 1])
    activation.multiplyByDerivative(
      &gradient, outputs: Matrix(rows: 1, columns: 3, repeating: 0.5), rows: 0..<1)
    #expect(gradient.values.map(\.isNaN) == [false, true, false])
  }
}

/// What batch norm and its backward pass make of some columns of one matrix.
private struct NormalizedColumns {
  /// For each column its moments, outputs, gradients and those of gamma and beta.
  let columns: [[Float]]

  init(_ range: Range<Int>, _ activation: Activation) {
    func columns(of matrix: Matrix) -> Matrix {
      Matrix(
        rows: matrix.rows, columns: range.count,
        values: (0..<matrix.rows).flatMap { matrix.row($0)[range] })
    }
    // 19 rows are not whole blocks of eight.
    let x = columns(of: .normal(19, 67, seed: 1, mean: 3, deviation: 2))
    var (y, dx) = (x, columns(of: .normal(19, 67, seed: 2)))
    let normalization = Normalization(
      features: range.count,
      NormalizationArchitecture(.batch(ghostBatchSize: nil, running: .init(emaDecay: 0.9))))
    var moments = TensorMoments(features: range.count)
    moments.compute(of: x)
    var scaling = NormalizationScaling(.rowsOfColumn, parts: 1, features: range.count)
    scaling.center(on: moments, epsilon: 1e-5)
    normalization.forward(x, rows: 0..<19, scaling: scaling, activation: activation, into: &y)
    var sums = NormalizationGradientSums(parts: 1, features: range.count)
    normalization.addUpGradient(
      &dx, of: x, rows: 0..<19, activation: activation, outputs: y, scaling: scaling, into: &sums)
    var (gamma, beta) = (moments.mean, moments.mean)
    normalization.parameterGradients(sums, gamma: &gamma, beta: &beta)
    normalization.backward(
      &dx, of: x, rows: 0..<19, batchRows: 19, scaling: scaling, sums: &sums)
    self.columns = (0..<range.count).map { j in
      var numbers = [moments.mean[j], moments.variance[j], gamma[j], beta[j]]
      for row in 0..<19 { numbers += [y[row, j], dx[row, j]] }
      return numbers
    }
  }
}
