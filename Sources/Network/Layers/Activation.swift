import CElementwise

/// The nonlinearity of a layer, applied to each element.
package enum Activation: String, CaseIterable, Codable, Sendable {
  case sigmoid
  case tanh
  case relu
  case identity

  /// Replaces each element x of the rows `rows` of `matrix` by the activation of x.
  package func apply(to matrix: inout Matrix, rows: Range<Int>) {
    if self != .identity { ElementwiseKernel.activate(&matrix, rows: rows, ofKernel) }
  }

  /// Multiplies each element of the rows `rows` of `gradient` by the activation's derivative.
  ///
  /// - Parameters:
  ///   - gradient: dL/d(activation), [rows, features]; becomes dL/d(input of the activation).
  ///   - outputs: the outputs of the activation, [rows, features]: each derivative is a function of them.
  ///   - rows: the rows to change.
  package func multiplyByDerivative(
    _ gradient: inout Matrix, outputs: Matrix, rows: Range<Int>
  ) {
    if self != .identity {
      ElementwiseKernel.multiplyByDerivative(&gradient, outputs: outputs, rows: rows, ofKernel)
    }
  }

  /// The activation in the terms of the C kernels.
  var ofKernel: elementwise_activation {
    switch self {
    case .identity: .identity
    case .relu: .relu
    case .sigmoid: .sigmoid
    case .tanh: .tanh
    }
  }
}
