/// A dense matrix of 32-bit floats, row-major: element (i, j) is at index `i * columns + j`.
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
  /// The empty matrix, for a tensor that a network does not have.
  package static let empty = Matrix(rows: 0, columns: 0, values: [])

  /// The same elements in rows of another length; nothing is copied.
  ///
  /// - Precondition: `columns` divides the number of elements.
  package func reshaped(columns: Int) -> Matrix {
    columns == self.columns
      ? self : Matrix(rows: values.count / columns, columns: columns, values: values)
  }

  /// Adds a number to every element.
  package mutating func add(_ number: Float) {
    var elements = values.mutableSpan
    for index in elements.indices { elements[index] += number }
  }

  /// Copies rows of a matrix of the same shape into this one's storage.
  mutating func copyRows(_ rows: Range<Int>, of other: Matrix) {
    precondition(
      other.rows == self.rows && other.columns == columns,
      "A matrix of \(self.rows)x\(columns) cannot take rows of one of \(other.rows)x\(other.columns)."
    )
    let elements = rows.lowerBound * columns..<rows.upperBound * columns
    var destination = values.mutableSpan
    let source = other.values.span
    for index in elements { destination[index] = source[index] }
  }

  /// Adds rows of a matrix of the same shape to this one's.
  mutating func addRows(_ rows: Range<Int>, of other: Matrix) {
    precondition(
      other.rows == self.rows && other.columns == columns,
      "Rows of a \(other.rows)x\(other.columns) matrix cannot be added to one of \(self.rows)x\(columns)."
    )
    let elements = rows.lowerBound * columns..<rows.upperBound * columns
    let addend = other.values.span
    var sum = values.mutableSpan
    for index in elements { sum[index] += addend[index] }
  }

  /// Copies as many rows as this matrix has, from row `first` of a matrix of the same width on.
  mutating func copyRows(fromRow first: Int, of other: Matrix) {
    precondition(
      other.columns == columns && first + rows <= other.rows,
      "\(rows) rows from \(first) on are not in a \(other.rows)x\(other.columns) matrix."
    )
    let source = other.values.span.extracting(first * columns..<(first + rows) * columns)
    var destination = values.mutableSpan
    for index in 0..<destination.count { destination[index] = source[index] }
  }

  /// The rows `range` as a matrix of their own; O(range · columns), a copy.
  package func copy(ofRows range: Range<Int>) -> Matrix {
    Matrix(
      rows: range.count, columns: columns,
      values: Array(values[range.lowerBound * columns..<range.upperBound * columns]))
  }

  /// Adds `vector`, [columns], to each of the rows `rows`.
  mutating func add(_ vector: [Float], toRows rows: Range<Int>) {
    let columns = columns
    let addend = vector.span.extracting(0..<columns)
    var x = values.mutableSpan
    for start in stride(
      from: rows.lowerBound * columns, to: rows.upperBound * columns, by: columns)
    {
      for j in 0..<columns { x[start + j] += addend[j] }
    }
  }

  /// Adds the sum of each column over the rows `rows` to `sums`, [columns], row by row.
  func addColumnSums(ofRows rows: Range<Int>, to sums: inout [Float]) {
    let columns = columns
    let x = values.span
    var total = sums.mutableSpan
    for start in stride(
      from: rows.lowerBound * columns, to: rows.upperBound * columns, by: columns)
    {
      let row = x.extracting(start..<start + columns)
      for j in 0..<columns { total[j] += row[j] }
    }
  }

  /// Multiplies each element of the rows `rows` by the one of `factors` at its place.
  mutating func multiplyElements(by factors: Matrix, rows: Range<Int>) {
    let columns = columns
    let factor = factors.values.span
    var x = values.mutableSpan
    for index in rows.lowerBound * columns..<rows.upperBound * columns { x[index] *= factor[index] }
  }

  /// Multiplies each element by `factor`.
  mutating func multiplyElements(by factor: Float) {
    var x = values.mutableSpan
    for index in 0..<x.count { x[index] *= factor }
  }
}
