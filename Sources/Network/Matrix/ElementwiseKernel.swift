import CElementwise

/// The elementwise passes over matrices, written in C: there a function is compiled for several vector widths, and the
/// machine's widest is chosen at run time.
enum ElementwiseKernel {
  /// Replaces each number by its exponential, within 2 units in the last place; 0 below -87.3, infinity above 88.3.
  static func exponential(_ x: inout [Float]) {
    unsafe elementwise_exponential(&x, x.count)
  }

  /// Replaces each element of the rows `rows` by its activation.
  static func activate(_ x: inout Matrix, rows: Range<Int>, _ activation: elementwise_activation) {
    let elements = x.elements(ofRows: rows)
    unsafe elementwise_activate(
      &x.values, elements.lowerBound, elements.count, activation)
  }

  /// Multiplies each element of the rows `rows` by the activation's derivative where it returned `outputs`.
  static func multiplyByDerivative(
    _ gradient: inout Matrix, outputs: Matrix, rows: Range<Int>,
    _ activation: elementwise_activation
  ) {
    checkShape(of: outputs, is: gradient)
    let elements = gradient.elements(ofRows: rows)
    unsafe elementwise_multiply_by_derivative(
      &gradient.values, outputs.values, elements.lowerBound, elements.count, activation)
  }

  /// Normalizes the rows of a part with the moments of each column, and activates that.
  ///
  /// - Parameters:
  ///   - x: [rows, features].
  ///   - rows: the rows of the part.
  ///   - part: the number of the part, from 0.
  ///   - mean: the subtracted means, [parts, features].
  ///   - inverseDeviation: the factors 1 / √(variance + ε), [parts, features].
  ///   - gamma: [features].
  ///   - beta: [features].
  ///   - activation: the activation that follows.
  ///   - y: its rows become the activation of gamma · (x - mean) / √(variance + ε) + beta.
  static func normalize(
    _ x: Matrix, rows: Range<Int>, part: Int, mean: [Float], inverseDeviation: [Float],
    gamma: [Float], beta: [Float], _ activation: elementwise_activation, into y: inout Matrix
  ) {
    checkShape(of: x, is: y)
    checkColumns(x, gamma.count, beta.count)
    let rows = elementwise_rows(rows, of: x, part: part, moments: mean.count)
    unsafe elementwise_normalize(
      &y.values, x.values, rows, mean, inverseDeviation, gamma, beta,
      activation)
  }

  /// Propagates a part's gradient back through the activation, and sums it and its products with x̂.
  ///
  /// - Parameters:
  ///   - dy: dL/d(activation), [rows, features]; its rows become dL/d(output of the normalization).
  ///   - x: the input of `normalize`.
  ///   - rows: the rows of the part.
  ///   - part: the number of the part, from 0.
  ///   - outputs: the output of `normalize`.
  ///   - mean: the means that `normalize` subtracted.
  ///   - inverseDeviation: the factors that it multiplied by.
  ///   - activation: the activation that it applied.
  ///   - sums: becomes Σ dy, [features].
  ///   - products: becomes Σ dy · x̂, [features].
  static func addUpGradient(
    _ dy: inout Matrix, of x: Matrix, rows: Range<Int>, part: Int, outputs: Matrix, mean: [Float],
    inverseDeviation: [Float], _ activation: elementwise_activation, sums: inout [Float],
    products: inout [Float]
  ) {
    checkShape(of: x, is: dy)
    checkShape(of: outputs, is: dy)
    checkColumns(x, sums.count, products.count)
    let rows = elementwise_rows(rows, of: x, part: part, moments: mean.count)
    unsafe elementwise_add_up_gradient(
      &dy.values, x.values, outputs.values, rows, mean, inverseDeviation, &sums,
      &products, activation)
  }

  /// Propagates a part's gradient back through a normalization of columns.
  ///
  /// - Parameters:
  ///   - dy: its rows become factor · (dy - meanGradient - (x - mean) · meanProduct).
  ///   - x: the normalized tensor, in the shape of `dy`.
  ///   - rows: the rows of the part.
  ///   - part: the number of the part, from 0.
  ///   - mean: the subtracted means, [parts, features].
  ///   - factor: [features].
  ///   - meanGradient: [features].
  ///   - meanProduct: [features].
  static func normalizeBackward(
    _ dy: inout Matrix, of x: Matrix, rows: Range<Int>, part: Int, mean: [Float],
    factor: [Float], meanGradient: [Float], meanProduct: [Float]
  ) {
    checkShape(of: x, is: dy)
    checkColumns(x, factor.count, meanGradient.count, meanProduct.count)
    let rows = elementwise_rows(rows, of: x, part: part, moments: mean.count)
    unsafe elementwise_normalize_backward(
      &dy.values, x.values, rows, mean, factor, meanGradient, meanProduct)
  }

  /// Sums each column's deviations from `center` and their squares, over eight rows in float32, then in Double.
  static func addUpDeviations(
    of x: Matrix, rows: Range<Int>, from center: [Float], into sums: inout [Double],
    squares: inout [Double]
  ) {
    checkColumns(x, center.count, sums.count, squares.count)
    unsafe elementwise_add_up_deviations(
      x.values, elementwise_rows(rows, of: x, part: 0, moments: center.count), center, &sums,
      &squares)
  }

  // MARK: - Checks that C does not make

  private static func checkShape(of a: Matrix, is b: Matrix) {
    precondition(
      a.rows == b.rows && a.columns == b.columns,
      "A matrix of \(a.rows)x\(a.columns) has no element for each of one of \(b.rows)x\(b.columns)."
    )
  }

  private static func checkColumns(_ x: Matrix, _ counts: Int...) {
    precondition(
      counts.allSatisfy { $0 == x.columns },
      "Vectors of \(counts) numbers do not fit \(x.columns) columns.")
  }
}

extension elementwise_rows {
  fileprivate init(_ rows: Range<Int>, of x: Matrix, part: Int, moments: Int) {
    precondition(
      rows.lowerBound >= 0 && rows.upperBound <= x.rows, "There are \(x.rows) rows, not \(rows).")
    precondition(
      (part + 1) * x.columns <= moments,
      "There are no moments of \(x.columns) columns for part \(part).")
    self.init(first: rows.lowerBound, count: rows.count, columns: x.columns, part: part)
  }
}

extension Matrix {
  /// The indices of the elements of the rows `rows`.
  fileprivate func elements(ofRows rows: Range<Int>) -> Range<Int> {
    precondition(
      rows.lowerBound >= 0 && rows.upperBound <= self.rows,
      "There are \(self.rows) rows, not \(rows).")
    return rows.lowerBound * columns..<rows.upperBound * columns
  }
}
