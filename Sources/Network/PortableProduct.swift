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
      // Four rows at a time: the sums are read and written a quarter as often.
      var k = 0
      while k + 4 <= b.rows {
        let (f0, f1) = (factorSpan[factorIndex(row, k)], factorSpan[factorIndex(row, k + 1)])
        let (f2, f3) = (factorSpan[factorIndex(row, k + 2)], factorSpan[factorIndex(row, k + 3)])
        let b0 = bSpan.extracting(k * columns..<(k + 1) * columns)
        let b1 = bSpan.extracting((k + 1) * columns..<(k + 2) * columns)
        let b2 = bSpan.extracting((k + 2) * columns..<(k + 3) * columns)
        let b3 = bSpan.extracting((k + 3) * columns..<(k + 4) * columns)
        for j in 0..<columns {
          sumSpan[j] += (f0 * b0[j] + f1 * b1[j]) + (f2 * b2[j] + f3 * b3[j])
        }
        k += 4
      }
      while k < b.rows {
        let factor = factorSpan[factorIndex(row, k)]
        let b0 = bSpan.extracting(k * columns..<(k + 1) * columns)
        for j in 0..<columns { sumSpan[j] += factor * b0[j] }
        k += 1
      }
      for column in 0..<columns { c.values[row * columns + column] = sums[column] }
    }
  }
}
