package import Network

/// The map of features that gives each of some examples' features mean 0 and variance 1, and makes constant ones 0.
package struct FeatureStandardization: Sendable, Equatable {
  /// The mean of each feature, [features].
  package let mean: [Double]
  /// 1 over the standard deviation of each feature, 0 for a constant one, [features].
  package let factor: [Double]

  /// Measures examples; O(numbers), in Double.
  package init(of examples: FeatureTable) {
    let matrix = examples.matrix
    let (rows, columns) = (matrix.rows, matrix.columns)
    let values = matrix.values.span
    // Deviations from the first example are exactly 0 where a feature is constant.
    var sums = Array(repeating: 0.0, count: columns)
    var squares = sums
    for start in stride(from: 0, to: rows * columns, by: columns) {
      for j in 0..<columns {
        let deviation = Double(values[start + j]) - Double(values[j])
        sums[j] += deviation
        squares[j] += deviation * deviation
      }
    }
    let count = Double(rows)
    mean = sums.indices.map { Double(matrix.values[$0]) + sums[$0] / count }
    factor = sums.indices.map { j in
      let variance = (squares[j] - sums[j] * sums[j] / count) / count
      return variance > 0 ? 1 / variance.squareRoot() : 0
    }
  }

  /// The examples with each feature mapped, [examples, features].
  ///
  /// - Precondition: they have as many features as the examples that were measured.
  package func apply(to examples: Matrix) -> Matrix {
    precondition(
      examples.columns == mean.count,
      "\(examples.columns) features do not fit a map of \(mean.count).")
    var mapped = examples
    let columns = examples.columns
    let (mean, factor) = (mean.span, factor.span)
    var values = mapped.values.mutableSpan
    for start in stride(from: 0, to: values.count, by: columns) {
      for j in 0..<columns {
        values[start + j] = Float((Double(values[start + j]) - mean[j]) * factor[j])
      }
    }
    return mapped
  }
}
