/// Matrix products as plain loops over row slices, which the compiler turns into vector instructions.
enum PortableProduct {
  /// C = A·B.
  static func product(_ a: Matrix, _ b: Matrix, into c: inout Matrix) {
    accumulateRows(of: b, into: &c) { row, k in
      row * a.columns + k
    } factors: {
      a.values
    }
  }

  /// C = Aᵀ·B.
  static func productOfTransposed(_ a: Matrix, _ b: Matrix, into c: inout Matrix) {
    accumulateRows(of: b, into: &c) { row, k in
      k * a.columns + row
    } factors: {
      a.values
    }
  }

  /// C = A·Bᵀ, by way of a transposed copy: sums along rows would not become vector instructions.
  static func productWithTransposed(_ a: Matrix, _ b: Matrix, into c: inout Matrix) {
    var transposed = Matrix(rows: b.columns, columns: b.rows)
    for row in 0..<b.rows {
      for column in 0..<b.columns { transposed[column, row] = b[row, column] }
    }
    product(a, transposed, into: &c)
  }

  /// Each row of C becomes the sum over k of a factor times row k of B.
  @inline(__always)
  private static func accumulateRows(
    of b: Matrix, into c: inout Matrix, factorIndex: (_ row: Int, _ k: Int) -> Int,
    factors: () -> [Float]
  ) {
    let columns = c.columns
    let factors = factors()
    let factorSpan = factors.span
    let bSpan = b.values.span
    var sums = [Float](repeating: 0, count: columns)
    for row in 0..<c.rows {
      var sumSpan = sums.mutableSpan
      sumSpan.update(repeating: 0)
      for k in 0..<b.rows {
        let factor = factorSpan[factorIndex(row, k)]
        let source = bSpan.extracting(k * columns..<(k + 1) * columns)
        for column in 0..<columns { sumSpan[column] += factor * source[column] }
      }
      for column in 0..<columns { c.values[row * columns + column] = sums[column] }
    }
  }
}
