/// The distribution of a layer's initial weights; biases start at 0.
package enum WeightInitializer: Sendable, Equatable {
  /// Uniform in ±√(6 / (inputs + outputs)) (Glorot and Bengio 2010, eq. 16).
  case glorot
  /// Normal with variance 2 / inputs (He et al. 2015, eq. 10).
  case he
  /// Normal with this standard deviation.
  case normal(standardDeviation: Double)

  /// Draws a weight matrix, [rows, columns], row by row.
  ///
  /// - Parameters:
  ///   - rows: the numbers that one unit reads.
  ///   - columns: the units.
  ///   - inputs: the fan-in, the number of inputs of one output.
  ///   - outputs: the fan-out, the number of outputs of one input.
  ///   - generator: the source of random numbers.
  /// - Returns: the weights.
  package func weights(
    rows: Int, columns: Int, inputs: Int, outputs: Int, generator: inout RandomGenerator
  ) -> Matrix {
    var weights = Matrix(rows: rows, columns: columns)
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
