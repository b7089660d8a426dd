/// A symmetric matrix and its eigenvalues.
package struct SymmetricMatrix {
  /// The number of rows, and of columns.
  package let size: Int
  private var values: [Double]

  /// Makes a matrix whose element in row i and column j is `element(i, j)`, asked for j ≤ i.
  package init(size: Int, _ element: (Int, Int) -> Double) {
    self.size = size
    values = Array(repeating: 0, count: size * size)
    for row in 0..<size {
      for column in 0...row {
        let value = element(row, column)
        values[row * size + column] = value
        values[column * size + row] = value
      }
    }
  }

  /// The eigenvalues, ascending, by cyclic Jacobi rotations; all NaN where an element is not finite.
  ///
  /// Source: G. H. Golub and C. F. Van Loan, "Matrix Computations", 4th edition, section 8.5.
  package var eigenvalues: [Double] {
    guard values.allSatisfy(\.isFinite) else { return Array(repeating: .nan, count: size) }
    var matrix = self
    let scale = values.reduce(0) { $0 + $1 * $1 }
    // Convergence is quadratic; sixty sweeps are far more than it takes.
    for _ in 0..<60 where matrix.squaredOffDiagonal > scale * 1e-30 { matrix.sweep() }
    return (0..<size).map { matrix.values[$0 * size + $0] }.sorted()
  }

  private var squaredOffDiagonal: Double {
    var sum = 0.0
    for row in 0..<size {
      for column in 0..<row {
        let value = values[row * size + column]
        sum += value * value
      }
    }
    return sum
  }

  private mutating func sweep() {
    for row in 0..<size {
      for column in 0..<row { rotate(column, row) }
    }
  }

  /// Makes the element (p, q) zero.
  private mutating func rotate(_ p: Int, _ q: Int) {
    let element = values[p * size + q]
    guard element != 0 else { return }
    let ratio = (values[q * size + q] - values[p * size + p]) / (2 * element)
    let root = (1 + ratio * ratio).squareRoot()
    let tangent = ratio >= 0 ? 1 / (ratio + root) : -1 / (root - ratio)
    let cosine = 1 / (1 + tangent * tangent).squareRoot()
    let sine = tangent * cosine
    for index in 0..<size {
      let (first, second) = (values[index * size + p], values[index * size + q])
      values[index * size + p] = cosine * first - sine * second
      values[index * size + q] = sine * first + cosine * second
    }
    for index in 0..<size {
      let (first, second) = (values[p * size + index], values[q * size + index])
      values[p * size + index] = cosine * first - sine * second
      values[q * size + index] = sine * first + cosine * second
    }
  }
}
