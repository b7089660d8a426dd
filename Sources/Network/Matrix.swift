/// A dense matrix of 32-bit floats, row-major: element (i, j) stands at `i * columns + j`.
package struct Matrix: Sendable, Equatable {
  /// The number of rows: the batch dimension of activations.
  package let rows: Int
  /// The number of columns: the feature dimension of activations.
  package let columns: Int
  /// The elements, row by row; `rows * columns` of them.
  package var values: [Float]

  /// Wraps `values` as a matrix of `rows` x `columns`.
  ///
  /// - Precondition: `values.count == rows * columns`.
  package init(rows: Int, columns: Int, values: [Float]) {
    precondition(
      values.count == rows * columns,
      "A matrix of \(rows)x\(columns) needs \(rows * columns) values, got \(values.count).")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// Makes a matrix in which every element is `value`.
  package init(rows: Int, columns: Int, repeating value: Float = 0) {
    self.init(
      rows: rows, columns: columns, values: Array(repeating: value, count: rows * columns))
  }

  /// The element in row `row` and column `column`.
  package subscript(row: Int, column: Int) -> Float {
    get { values[row * columns + column] }
    set { values[row * columns + column] = newValue }
  }

  /// The elements of row `row`; O(columns), a copy.
  package func row(_ row: Int) -> [Float] {
    Array(values[row * columns..<(row + 1) * columns])
  }
}

extension Matrix {
  /// Copies the elements of a matrix of the same shape into this one's storage.
  package mutating func copyElements(of other: Matrix) {
    precondition(
      other.rows == rows && other.columns == columns,
      "A matrix of \(rows)x\(columns) can't take the elements of one of \(other.rows)x\(other.columns)."
    )
    var destination = values.mutableSpan
    let source = other.values.span.extracting(first: destination.count)
    for index in 0..<destination.count { destination[index] = source[index] }
  }

  /// Adds `vector`, [columns], to each row.
  package mutating func add(toEachRow vector: [Float]) {
    let columns = columns
    let addend = vector.span.extracting(0..<columns)
    var x = values.mutableSpan
    for start in stride(from: 0, to: x.count, by: columns) {
      for j in 0..<columns { x[start + j] += addend[j] }
    }
  }

  /// Writes the sum of each column to `sums`, [columns], adding rows in order.
  package func sumColumns(into sums: inout [Float]) {
    let x = values.span
    var total = sums.mutableSpan
    total.update(repeating: 0)
    for start in stride(from: 0, to: rows * columns, by: columns) {
      let row = x.extracting(start..<start + columns)
      for j in 0..<columns { total[j] += row[j] }
    }
  }
}
