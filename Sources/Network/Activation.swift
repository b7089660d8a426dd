/// The nonlinearity of a layer, applied to each element.
package enum Activation: String, CaseIterable, Codable, Sendable {
  case sigmoid
  case tanh
  case relu
  case identity

  /// Replaces each element x of `matrix` by the activation of x.
  package func apply(to matrix: inout Matrix) {
    var x = matrix.values.mutableSpan
    switch self {
    case .sigmoid: for i in 0..<x.count { x[i] = logisticSigmoid(x[i]) }
    case .tanh: for i in 0..<x.count { x[i] = hyperbolicTangent(x[i]) }
    // NaN compares false and is kept.
    case .relu: for i in 0..<x.count { x[i] = x[i] < 0 ? 0 : x[i] }
    case .identity: break
    }
  }

  /// Multiplies each element of `gradient` by the activation's derivative.
  ///
  /// - Parameters:
  ///   - gradient: dL/d(activation), [batch, features]; becomes dL/d(input of the activation).
  ///   - outputs: what the activation returned, [batch, features]: each derivative is a function of it.
  package func multiplyByDerivative(_ gradient: inout Matrix, outputs: Matrix) {
    let count = gradient.values.count
    let a = outputs.values.span.extracting(first: count)
    var g = gradient.values.mutableSpan
    switch self {
    case .sigmoid: for i in 0..<count { g[i] *= a[i] * (1 - a[i]) }
    case .tanh: for i in 0..<count { g[i] *= 1 - a[i] * a[i] }
    case .relu: for i in 0..<count { g[i] = a[i] > 0 ? g[i] : 0 }
    case .identity: break
    }
  }
}
