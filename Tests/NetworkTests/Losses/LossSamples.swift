import Network

extension LossGolden {
  /// The outputs of which the golden losses are, by the formula of Tests/Oracles/optimizers.py.
  static let outputs = Matrix(
    rows: 6, columns: 5, values: (0..<30).map { Float((29 * $0 + 5) % 67 - 33) / 8 })
}

/// The slopes of a loss by each of its inputs, row by row.
func centralDifferences(at inputs: [[Double]], of loss: ([[Double]]) -> Double) -> [Double] {
  let distance = 1e-5
  return inputs.indices.flatMap { row in
    inputs[row].indices.map { column in
      var (below, above) = (inputs, inputs)
      below[row][column] -= distance
      above[row][column] += distance
      return (loss(above) - loss(below)) / (2 * distance)
    }
  }
}
