/// How a layer's weights are drawn before training; biases start at 0.
package enum WeightInitializer: Sendable, Equatable {
  /// Uniform in ±√(6 / (inputs + outputs)) (Glorot and Bengio 2010, eq. 16).
  case glorot
  /// Normal with variance 2 / inputs (He et al. 2015, eq. 10).
  case he
  /// Normal with this standard deviation.
  case normal(standardDeviation: Double)

  /// Draws a weight matrix, [inputs, outputs], row by row.
  package func weights(inputs: Int, outputs: Int, generator: inout RandomGenerator) -> Matrix {
    var weights = Matrix(rows: inputs, columns: outputs)
    for index in weights.values.indices {
      weights.values[index] =
        switch self {
        case .glorot:
          Float(
            (2 * generator.uniform() - 1) * (6 / Double(inputs + outputs)).squareRoot())
        case .he: Float(generator.normal() * (2 / Double(inputs)).squareRoot())
        case .normal(let standardDeviation): Float(generator.normal() * standardDeviation)
        }
    }
    return weights
  }
}
