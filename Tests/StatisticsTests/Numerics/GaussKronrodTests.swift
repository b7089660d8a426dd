import Glibc
import Testing

@testable import Statistics

@Suite("Gauss–Kronrod quadrature")
struct GaussKronrodTests {
  @Test("one piece is exact for polynomials up to degree 22", arguments: 0...22)
  func polynomials(degree: Int) {
    // A tolerance that keeps it from halving the piece.
    let integral = GaussKronrod.integral(between: [0, 2], tolerance: .infinity) {
      pow($0, Double(degree))
    }
    #expect(isClose(integral, pow(2, Double(degree + 1)) / Double(degree + 1), relative: 1e-14))
  }

  @Test("a peak is found by halving, whatever the edges")
  func peak() {
    func f(_ x: Double) -> Double { 1 / (1e-6 + (x - 0.3) * (x - 0.3)) }
    let exact = 1e3 * (atan(0.7e3) + atan(1.3e3))
    for edges in [[-1.0, 1], [-1, 0.29, 0.29, 1], [-1, 0, 0.5, 1]] {
      let integral = GaussKronrod.integral(between: edges, tolerance: 1e-9, of: f)
      #expect(isClose(integral, exact, relative: 1e-12))
    }
  }

  @Test("it ends on what no rule can integrate")
  func hostile() {
    let undefined = GaussKronrod.integral(between: [0, 1], tolerance: 1e-9) { _ in .nan }
    #expect(undefined.isNaN)
    #expect(GaussKronrod.integral(between: [1], tolerance: 1e-9) { $0 } == 0)
    let jump = GaussKronrod.integral(between: [0, 1], tolerance: 1e-9) { $0 < 1.0 / 3 ? 1 : 0 }
    #expect(isClose(jump, 1.0 / 3, relative: 1e-9))
  }
}
