/// Lanczos' method: the extreme eigenvalues of a symmetric matrix that only multiplies vectors.
///
/// Like power iteration it multiplies one vector again and again, and it uses all of the products: the eigenvalues of the
/// matrix on the space that they span approach the extreme ones from within, at both ends at once. Each new vector is made
/// orthogonal to all earlier ones, so that no eigenvalue is found twice.
///
/// Source: G. H. Golub and C. F. Van Loan, "Matrix Computations", 4th edition, section 10.1 and 10.3.1.
package enum Lanczos {
  /// The number of products between two looks at the eigenvalues.
  private static let products = 5

  /// The smallest and the largest eigenvalue.
  ///
  /// - Parameters:
  ///   - start: a vector with a part along each eigenvector, such as a random one; any length but 0.
  ///   - mostProducts: the number of products after which it ends in any case.
  ///   - tolerance: it ends where neither eigenvalue has changed by more than this share of the larger magnitude.
  ///   - product: the matrix times a vector of length 1.
  /// - Returns: the eigenvalues; nil where a product is not finite.
  /// - Throws: what `product` throws.
  package static func extremes(
    from start: [Double], mostProducts: Int = 100, tolerance: Double = 1e-3,
    _ product: ([Double]) throws -> [Double]
  ) rethrows -> ClosedRange<Double>? {
    var basis = [scaled(start, by: 1 / norm(start))]
    var (diagonal, sides): ([Double], [Double]) = ([], [])
    var found: ClosedRange<Double>?
    for count in 1...max(1, mostProducts) {
      var next = try product(basis[count - 1])
      let element = dot(next, basis[count - 1])
      guard element.isFinite else { return nil }
      diagonal.append(element)
      // Twice, as rounding leaves a part along the earlier vectors.
      for _ in 0..<2 {
        for vector in basis { add(vector, times: -dot(next, vector), to: &next) }
      }
      let side = norm(next)
      let scale = max((diagonal + sides).map(abs).max() ?? 0, side)
      // Nothing new: the products span all that they can reach.
      let isWhole = count == start.count || side <= scale * 1e-12
      if isWhole || count % products == 0 || count == mostProducts {
        let values = eigenvalues(diagonal, sides)
        let range = values[0]...values[count - 1]
        let allowed = tolerance * max(abs(range.lowerBound), abs(range.upperBound))
        let isSettled =
          found.map {
            abs($0.lowerBound - range.lowerBound) <= allowed
              && abs($0.upperBound - range.upperBound) <= allowed
          } ?? false
        found = range
        if isWhole || isSettled { break }
      }
      sides.append(side)
      basis.append(scaled(next, by: 1 / side))
    }
    return found
  }

  /// The eigenvalues, ascending, of the matrix with this diagonal and these elements on both sides of it.
  private static func eigenvalues(_ diagonal: [Double], _ sides: [Double]) -> [Double] {
    SymmetricMatrix(size: diagonal.count) { row, column in
      row == column ? diagonal[row] : row == column + 1 ? sides[column] : 0
    }.eigenvalues
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    let (a, b) = (a.span, b.span.extracting(0..<a.count))
    var sum = 0.0
    for index in 0..<a.count { sum += a[index] * b[index] }
    return sum
  }

  private static func norm(_ vector: [Double]) -> Double { dot(vector, vector).squareRoot() }

  private static func scaled(_ vector: [Double], by factor: Double) -> [Double] {
    vector.map { $0 * factor }
  }

  private static func add(_ vector: [Double], times factor: Double, to sum: inout [Double]) {
    let addend = vector.span.extracting(0..<sum.count)
    var sum = sum.mutableSpan
    for index in 0..<sum.count { sum[index] += factor * addend[index] }
  }
}
