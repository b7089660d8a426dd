import Glibc
import Testing

@testable import Statistics

@Suite("A symmetric matrix")
struct SymmetricMatrixTests {
  @Test("The eigenvalues of the second difference are the textbook's")
  func secondDifference() {
    let size = 24
    let matrix = SymmetricMatrix(size: size) { $0 == $1 ? 2 : $0 - $1 == 1 ? -1 : 0 }
    for (index, value) in matrix.eigenvalues.enumerated() {
      let expected = 2 - 2 * cos(Double(index + 1) * .pi / Double(size + 1))
      #expect(abs(value - expected) < 1e-12, "\(index): \(value)")
    }
  }

  @Test("Products of a few vectors have as many eigenvalues that are not 0, with the right sum")
  func rank() {
    let vectors: [[Double]] = [[1, 2, 3, 4, 5], [1e3, 0, -1e3, 0, 0]]
    let matrix = SymmetricMatrix(size: 5) { row, column in
      vectors.reduce(0) { $0 + $1[row] * $1[column] }
    }
    let values = matrix.eigenvalues
    #expect(values.dropLast(2).allSatisfy { abs($0) < 1e-8 })
    #expect(abs(values.reduce(0, +) - 2_000_055) < 1e-6)
    // The determinant of the vectors' own products: 55 · 2·10⁶ - 2000².
    #expect(abs(values[3] * values[4] / (55 * 2e6 - 4e6) - 1) < 1e-10)
  }

  @Test("One element is its own eigenvalue, and what is not finite has none")
  func edges() {
    #expect(SymmetricMatrix(size: 1) { _, _ in -3 }.eigenvalues == [-3])
    #expect(SymmetricMatrix(size: 0) { _, _ in 0 }.eigenvalues.isEmpty)
    #expect(SymmetricMatrix(size: 3) { _, _ in 0 }.eigenvalues == [0, 0, 0])
    let infinite = SymmetricMatrix(size: 2) { _, _ in .infinity }.eigenvalues
    #expect(infinite.count == 2 && infinite.allSatisfy { $0.isNaN })
  }
}
