import CElementwise

/// The passes over the elements of matrices that C holds: there a function can be compiled for several vector widths,
/// and the machine's widest is chosen at run time.
enum ElementwiseKernel {
  /// Replaces each number by its exponential, within 2 units in the last place; 0 below -87.3, infinity above 88.3.
  static func exponential(_ x: inout [Float]) {
    unsafe elementwise_exponential(&x, x.count)
  }

  /// Replaces each element of the rows `rows` by its activation.
  static func activate(_ x: inout Matrix, rows: Range<Int>, _ activation: Activation) {
    let elements = x.elements(ofRows: rows)
    unsafe elementwise_activate(
      &x.values, elements.lowerBound, elements.count, activation.ofKernel)
  }

  /// Multiplies each element of the rows `rows` by the activation's derivative where it returned `outputs`.
  static func multiplyByDerivative(
    _ gradient: inout Matrix, outputs: Matrix, rows: Range<Int>, _ activation: Activation
  ) {
    checkShape(of: outputs, is: gradient)
    let elements = gradient.elements(ofRows: rows)
    unsafe elementwise_multiply_by_derivative(
      &gradient.values, outputs.values, elements.lowerBound, elements.count, activation.ofKernel)
  }

  /// Normalizes the rows of a part with the moments of each column, and activates that.
  ///
  /// - Parameters:
  ///   - x: [rows, features].
  ///   - part: which rows.
  ///   - scaling: what centers and divides them.
  ///   - gamma: [features].
  ///   - beta: [features].
  ///   - activation: what follows.
  ///   - y: its rows become the activation of gamma · (x - mean) / √(variance + ε) + beta.
  static func normalize(
    _ x: Matrix, _ part: NormalizationScaling.Part, _ scaling: NormalizationScaling,
    gamma: [Float], beta: [Float], _ activation: Activation, into y: inout Matrix
  ) {
    checkShape(of: x, is: y)
    checkColumns(x, gamma.count, beta.count)
    let rows = rows(part, of: x, scaling)
    unsafe elementwise_normalize(
      &y.values, x.values, rows, scaling.mean, scaling.inverseDeviation, gamma, beta,
      activation.ofKernel)
  }

  /// Carries a part's gradient back through the activation, and leaves the sums of that and of its products with x̂.
  ///
  /// - Parameters:
  ///   - dy: dL/d(activation), [rows, features]; its rows become those of dL/d(output of the normalization).
  ///   - x: what `normalize` was given.
  ///   - part: which rows.
  ///   - outputs: what `normalize` made.
  ///   - scaling: what it centered and divided by.
  ///   - activation: what it applied.
  ///   - sums: becomes Σ dy, [features].
  ///   - products: becomes Σ dy · x̂, [features].
  static func addUpGradient(
    _ dy: inout Matrix, of x: Matrix, _ part: NormalizationScaling.Part, outputs: Matrix,
    _ scaling: NormalizationScaling, _ activation: Activation, sums: inout [Float],
    products: inout [Float]
  ) {
    checkShape(of: x, is: dy)
    checkShape(of: outputs, is: dy)
    checkColumns(x, sums.count, products.count)
    let rows = rows(part, of: x, scaling)
    unsafe elementwise_add_up_gradient(
      &dy.values, x.values, outputs.values, rows, scaling.mean, scaling.inverseDeviation, &sums,
      &products, activation.ofKernel)
  }

  /// Carries a part's gradient back through a normalization of columns.
  ///
  /// - Parameters:
  ///   - dy: its rows become factor · (dy - meanGradient - (x - mean) · meanProduct).
  ///   - x: what was normalized, in the shape of `dy`.
  ///   - part: which rows.
  ///   - scaling: what has the mean.
  ///   - factor: [features].
  ///   - meanGradient: [features].
  ///   - meanProduct: [features].
  static func normalizeBackward(
    _ dy: inout Matrix, of x: Matrix, _ part: NormalizationScaling.Part,
    _ scaling: NormalizationScaling, factor: [Float], meanGradient: [Float], meanProduct: [Float]
  ) {
    checkShape(of: x, is: dy)
    checkColumns(x, factor.count, meanGradient.count, meanProduct.count)
    let rows = rows(part, of: x, scaling)
    unsafe elementwise_normalize_backward(
      &dy.values, x.values, rows, scaling.mean, factor, meanGradient, meanProduct)
  }

  /// Leaves the sums of each column's deviations from `center` and of their squares, eight rows added up in float32,
  /// then in Double.
  static func addUpDeviations(
    of x: Matrix, rows: Range<Int>, from center: [Float], into sums: inout [Double],
    squares: inout [Double]
  ) {
    checkColumns(x, center.count, sums.count, squares.count)
    unsafe elementwise_add_up_deviations(
      x.values, elementwise_rows(rows, of: x, part: 0), center, &sums, &squares)
  }

  // MARK: - What C does not check

  private static func checkShape(of a: Matrix, is b: Matrix) {
    precondition(
      a.rows == b.rows && a.columns == b.columns,
      "A matrix of \(a.rows)x\(a.columns) has no element for each of one of \(b.rows)x\(b.columns)."
    )
  }

  private static func checkColumns(_ x: Matrix, _ counts: Int...) {
    precondition(
      counts.allSatisfy { $0 == x.columns },
      "Vectors of \(counts) numbers don't fit \(x.columns) columns.")
  }

  private static func rows(
    _ part: NormalizationScaling.Part, of x: Matrix, _ scaling: NormalizationScaling
  ) -> elementwise_rows {
    precondition(
      scaling.grouping == .rowsOfColumn && (part.index + 1) * x.columns <= scaling.mean.count,
      "There are no moments of \(x.columns) columns for part \(part.index).")
    return elementwise_rows(part.rows, of: x, part: part.index)
  }
}

extension elementwise_rows {
  fileprivate init(_ rows: Range<Int>, of x: Matrix, part: Int) {
    precondition(
      rows.lowerBound >= 0 && rows.upperBound <= x.rows, "There are \(x.rows) rows, not \(rows).")
    self.init(first: rows.lowerBound, count: rows.count, columns: x.columns, part: part)
  }
}

extension Matrix {
  /// Where the elements of the rows `rows` stand.
  fileprivate func elements(ofRows rows: Range<Int>) -> Range<Int> {
    precondition(
      rows.lowerBound >= 0 && rows.upperBound <= self.rows,
      "There are \(self.rows) rows, not \(rows).")
    return rows.lowerBound * columns..<rows.upperBound * columns
  }
}

extension Activation {
  fileprivate var ofKernel: elementwise_activation {
    switch self {
    case .identity: .identity
    case .relu: .relu
    case .sigmoid: .sigmoid
    case .tanh: .tanh
    }
  }
}
