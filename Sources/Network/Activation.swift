/// The nonlinearity of a layer, applied to each element.
package enum Activation: String, CaseIterable, Codable, Sendable {
  case sigmoid
  case tanh
  case relu
  case identity

  /// Replaces each element x of the rows `rows` of `matrix` by the activation of x.
  package func apply(to matrix: inout Matrix, rows: Range<Int>) {
    switch self {
    case .sigmoid: Activation.replace(&matrix, rows) { logisticSigmoid($0) }
    case .tanh: Activation.replace(&matrix, rows) { hyperbolicTangent($0) }
    case .relu: Activation.replace(&matrix, rows) { rectified($0) }
    case .identity: break
    }
  }

  /// Multiplies each element of the rows `rows` of `gradient` by the activation's derivative.
  ///
  /// - Parameters:
  ///   - gradient: dL/d(activation), [rows, features]; becomes dL/d(input of the activation).
  ///   - outputs: what the activation returned, [rows, features]: each derivative is a function of it.
  ///   - rows: which rows.
  package func multiplyByDerivative(
    _ gradient: inout Matrix, outputs: Matrix, rows: Range<Int>
  ) {
    switch self {
    case .sigmoid:
      Activation.combine(&gradient, outputs, rows) {
        Activation.sigmoid.derivative(at: $1, times: $0)
      }
    case .tanh:
      Activation.combine(&gradient, outputs, rows) {
        Activation.tanh.derivative(at: $1, times: $0)
      }
    case .relu:
      Activation.combine(&gradient, outputs, rows) {
        Activation.relu.derivative(at: $1, times: $0)
      }
    case .identity: break
    }
  }

  /// The derivative where the activation is `output`, times `gradient`.
  @inline(__always)
  func derivative(at output: Float, times gradient: Float) -> Float {
    switch self {
    case .sigmoid: gradient * (output * (1 - output))
    case .tanh: gradient * (1 - output * output)
    case .relu: output > 0 ? gradient : 0
    case .identity: gradient
    }
  }

  @inline(__always)
  private static func replace(
    _ matrix: inout Matrix, _ rows: Range<Int>, _ function: (Float) -> Float
  ) {
    let columns = matrix.columns
    var x = matrix.values.mutableSpan
    for start in stride(
      from: rows.lowerBound * columns, to: rows.upperBound * columns, by: columns)
    {
      for j in 0..<columns { x[start + j] = function(x[start + j]) }
    }
  }

  @inline(__always)
  private static func combine(
    _ matrix: inout Matrix, _ other: Matrix, _ rows: Range<Int>,
    _ function: (Float, Float) -> Float
  ) {
    let columns = matrix.columns
    let operands = other.values.span
    var x = matrix.values.mutableSpan
    for start in stride(
      from: rows.lowerBound * columns, to: rows.upperBound * columns, by: columns)
    {
      let operand = operands.extracting(start..<start + columns)
      for j in 0..<columns { x[start + j] = function(x[start + j], operand[j]) }
    }
  }
}
