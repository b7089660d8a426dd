/// The operand of a matrix product: consecutive elements of an array, read as rows and columns.
package struct MatrixOperand: Sendable {
  let values: [Float]
  let offset: Int
  /// The number of rows as they are stored.
  let storedRows: Int
  /// The number of columns as they are stored.
  let storedColumns: Int
  let isTransposed: Bool

  /// The number of rows that the product sees.
  var rows: Int { isTransposed ? storedColumns : storedRows }
  /// The number of columns that the product sees.
  var columns: Int { isTransposed ? storedRows : storedColumns }
  var shape: String { "\(rows)x\(columns)" }

  /// The same numbers with rows and columns exchanged; nothing is moved.
  package var transposed: MatrixOperand {
    MatrixOperand(
      values: values, offset: offset, storedRows: storedRows, storedColumns: storedColumns,
      isTransposed: !isTransposed)
  }
}

extension Matrix {
  /// The whole matrix.
  package var operand: MatrixOperand { operand(columns: columns) }

  /// The whole matrix with its elements, in their order, put in rows of another length.
  ///
  /// - Precondition: `columns` divides the number of elements.
  func operand(columns: Int) -> MatrixOperand {
    precondition(
      columns > 0 && values.count % columns == 0,
      "\(values.count) elements do not fill rows of \(columns).")
    return MatrixOperand(
      values: values, offset: 0, storedRows: values.count / columns, storedColumns: columns,
      isTransposed: false)
  }

  /// The rows in `range`.
  func rows(_ range: Range<Int>) -> MatrixOperand {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= rows,
      "The rows \(range) are not among the \(rows) of this matrix.")
    return MatrixOperand(
      values: values, offset: range.lowerBound * columns, storedRows: range.count,
      storedColumns: columns, isTransposed: false)
  }
}
