/// Matrix products as plain loops over row slices, which the compiler turns into vector instructions.
enum PortableProduct {
  /// C = scale · A·B + keep · C, as `MatrixKernel.multiply` has it.
  static func multiply(
    _ a: MatrixOperand, _ b: MatrixOperand, into c: inout Matrix, firstElement: Int, scale: Float,
    keep: Float
  ) {
    // Sums along rows would not become vector instructions.
    let b = b.isTransposed ? storedTransposed(b) : b
    if a.isTransposed {
      accumulateRows(
        a, b, into: &c, firstElement: firstElement, scale: scale, keep: keep
      ) { row, k in k * a.storedColumns + row }
    } else {
      accumulateRows(
        a, b, into: &c, firstElement: firstElement, scale: scale, keep: keep
      ) { row, k in row * a.storedColumns + k }
    }
  }

  /// The same matrix with its elements moved, so that its rows are consecutive.
  private static func storedTransposed(_ operand: MatrixOperand) -> MatrixOperand {
    let (rows, columns) = (operand.rows, operand.columns)
    var values = [Float](repeating: 0, count: rows * columns)
    for column in 0..<columns {
      let stored = operand.values.span.extracting(
        operand.offset + column * rows..<operand.offset + (column + 1) * rows)
      for row in 0..<rows { values[row * columns + column] = stored[row] }
    }
    return MatrixOperand(
      values: values, offset: 0, storedRows: rows, storedColumns: columns, isTransposed: false)
  }

  /// Each row of C becomes the sum over k of an element of A times row k of B.
  @inline(__always)
  private static func accumulateRows(
    _ a: MatrixOperand, _ b: MatrixOperand, into c: inout Matrix, firstElement: Int,
    scale: Float, keep: Float, factorIndex: (_ row: Int, _ k: Int) -> Int
  ) {
    let (columns, depth) = (b.columns, b.rows)
    let factors = a.values.span.extracting(a.offset..<a.offset + a.rows * a.columns)
    let bSpan = b.values.span.extracting(b.offset..<b.offset + depth * columns)
    var sums = [Float](repeating: 0, count: columns)
    for row in 0..<a.rows {
      var sumSpan = sums.mutableSpan
      sumSpan.update(repeating: 0)
      // Four rows at a time: the sums are read and written a quarter as often.
      var k = 0
      while k + 4 <= depth {
        let (f0, f1) = (factors[factorIndex(row, k)], factors[factorIndex(row, k + 1)])
        let (f2, f3) = (factors[factorIndex(row, k + 2)], factors[factorIndex(row, k + 3)])
        let b0 = bSpan.extracting(k * columns..<(k + 1) * columns)
        let b1 = bSpan.extracting((k + 1) * columns..<(k + 2) * columns)
        let b2 = bSpan.extracting((k + 2) * columns..<(k + 3) * columns)
        let b3 = bSpan.extracting((k + 3) * columns..<(k + 4) * columns)
        for j in 0..<columns {
          sumSpan[j] += (f0 * b0[j] + f1 * b1[j]) + (f2 * b2[j] + f3 * b3[j])
        }
        k += 4
      }
      while k < depth {
        let factor = factors[factorIndex(row, k)]
        let b0 = bSpan.extracting(k * columns..<(k + 1) * columns)
        for j in 0..<columns { sumSpan[j] += factor * b0[j] }
        k += 1
      }
      let start = firstElement + row * columns
      if keep == 0 {
        // The old contents may be NaN.
        for column in 0..<columns { c.values[start + column] = scale * sums[column] }
      } else {
        for column in 0..<columns {
          c.values[start + column] = c.values[start + column] * keep + scale * sums[column]
        }
      }
    }
  }
}
