import Statistics
import TestSupport
import Testing

@Suite("Lanczos' method")
struct LanczosTests {
  private func start(_ count: Int) -> [Double] {
    var generator = SplitMix64(seed: 3)
    return (0..<count).map { _ in Double.random(in: -1...1, using: &generator) }
  }

  @Test("It finds both ends of a spectrum, in fewer products than there are rows")
  func ends() throws {
    let values = (0..<400).map { Double($0) / 400 } + [-3, 9, 10]
    var products = 0
    let found = try #require(
      Lanczos.extremes(from: start(403), tolerance: 1e-6) { vector in
        products += 1
        #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-12)
        return zip(vector, values).map { $0 * $1 }
      })
    #expect(abs(found.lowerBound + 3) < 1e-6 && abs(found.upperBound - 10) < 1e-6, "\(found)")
    #expect(products < 60)
  }

  @Test("Of a small matrix it has the eigenvalues themselves")
  func whole() throws {
    let matrix = [[2.0, 1, 0], [1, 2, 1], [0, 1, 2]]
    let found = try #require(
      Lanczos.extremes(from: start(3)) { vector in
        matrix.map { zip($0, vector).reduce(0) { $0 + $1.0 * $1.1 } }
      })
    // 2 ± √2.
    #expect(abs(found.lowerBound - (2 - 2.0.squareRoot())) < 1e-12)
    #expect(abs(found.upperBound - (2 + 2.0.squareRoot())) < 1e-12)
  }

  @Test("A matrix with one eigenvalue, an infinite product and an early end")
  func edges() throws {
    let one = try #require(Lanczos.extremes(from: [1, 1, 1]) { $0.map { $0 * 4 } })
    #expect(abs(one.lowerBound - 4) < 1e-12 && one.lowerBound == one.upperBound)
    #expect(Lanczos.extremes(from: [1, 1]) { _ in [.infinity, 0] } == nil)
    let values = (0..<50).map(Double.init)
    var products = 0
    let early = try #require(
      Lanczos.extremes(from: start(50), mostProducts: 3, tolerance: 0) { vector in
        products += 1
        return zip(vector, values).map { $0 * $1 }
      })
    #expect(products == 3 && early.lowerBound > 0 && early.upperBound < 49)
  }
}
