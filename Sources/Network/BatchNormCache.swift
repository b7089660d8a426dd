/// What a forward pass of batch norm leaves for its backward pass, in buffers that are used again.
package struct BatchNormCache: Sendable {
  /// The normalized input, before gamma and beta, [batch, features].
  package internal(set) var normalized: Matrix
  /// The mean that was subtracted, [features].
  package private(set) var mean: [Float]
  /// 1 / √(var + ε), [features].
  package private(set) var inverseDeviation: [Float]

  /// Makes room for a batch.
  package init(batchSize: Int, features: Int) {
    normalized = Matrix(rows: batchSize, columns: features)
    mean = Array(repeating: 0, count: features)
    inverseDeviation = Array(repeating: 0, count: features)
  }

  mutating func center(on mean: [Float], _ variance: [Float], epsilon: Float) {
    for feature in variance.indices {
      self.mean[feature] = mean[feature]
      inverseDeviation[feature] = 1 / (variance[feature] + epsilon).squareRoot()
    }
  }
}
