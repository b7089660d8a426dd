import Glibc
import Testing

@testable import Network

@Suite("Exponential, sigmoid and tanh against the C library's in Double")
struct ElementaryFunctionsTests {
  /// The largest error of `f` on `xs`, relative to the exact value.
  private func largestError(
    _ f: @escaping (Float) -> Float, _ exact: @escaping (Double) -> Double,
    _ xs: some Sequence<Float>
  ) -> Double {
    largestMagnitude(xs.lazy.map { Double(f($0)) / exact(Double($0)) - 1 })
  }

  /// ±m·2ᵉ for all exponents from the smallest subnormal number up to 2⁻¹.
  private let nearZero: [Float] = (-149 ... -1).flatMap { exponent in
    [1, 1.25, 1.999].flatMap { (m: Double) -> [Float] in
      let x = Float(scalbn(m, Int32(exponent)))
      return [x, -x]
    }
  }
  private let sweep = stride(from: Float(-90), through: 90, by: 0x1p-8)

  @Test("the exponential is exact to 1e-7 where it is a normal number")
  func exponentials() {
    let inner = sweep.filter { $0 >= -87.3 && $0 <= 88.3 }
    #expect(largestError(exponential, exp, inner) <= 1e-7)
    #expect(largestError(exponential, exp, nearZero) <= 1e-7)
    #expect(exponential(0) == 1 && exponential(-0.0) == 1)
  }

  @Test("the exponential is 0 where it would be subnormal, and infinite before it overflows")
  func exponentialEdges() {
    for x in sweep where x < -87.3 { #expect(exponential(x) == 0) }
    for x in sweep where x > 88.3 { #expect(exponential(x) == .infinity) }
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
    var last: Float = 0
    for x in sweep {
      let value = exponential(x)
      #expect(value >= last)
      last = value
    }
  }

  @Test("the sigmoid is exact to 2e-7, in its lower tail too")
  func sigmoids() {
    func exact(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    #expect(largestError(logisticSigmoid, exact, sweep.filter { $0 >= -88.2 }) <= 2e-7)
    #expect(largestError(logisticSigmoid, exact, nearZero) <= 2e-7)
    for x in sweep where x < -88.2 { #expect((0...5e-39).contains(Double(logisticSigmoid(x)))) }
    #expect(logisticSigmoid(0) == 0.5)
    #expect(logisticSigmoid(.infinity) == 1 && Double(logisticSigmoid(-.infinity)) <= 5e-39)
    #expect(logisticSigmoid(.nan).isNaN)
  }

  @Test("tanh is exact to 2e-7, down to the smallest numbers")
  func tangents() {
    let small = nearZero + stride(from: -1, through: 1, by: 0x1p-12).filter { $0 != 0 }
    #expect(largestError(hyperbolicTangent, tanh, small) <= 2e-7)
    #expect(largestError(hyperbolicTangent, tanh, sweep.filter { $0 != 0 }) <= 2e-7)
    #expect(hyperbolicTangent(0) == 0)
    #expect(hyperbolicTangent(.infinity) == 1 && hyperbolicTangent(-.infinity) == -1)
    #expect(hyperbolicTangent(.nan).isNaN)
    for x in sweep { #expect(abs(hyperbolicTangent(x)) <= 1) }
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
