/// The gradients of a layer's parameters, in the parameters' shapes.
package struct LayerGradients: Sendable, Equatable {
  /// dL/dW, in the shape of the weights.
  package internal(set) var weights: Matrix
  /// dL/db, [units]; empty where the layer has no bias.
  package internal(set) var bias: [Float]
  /// dL/dgamma, [units]; empty where the layer has no normalization.
  package internal(set) var gamma: [Float]
  /// dL/dbeta, [units]; empty where the layer has no normalization.
  package internal(set) var beta: [Float]

  init(layer: Layer) {
    weights = Matrix(rows: layer.weights.rows, columns: layer.weights.columns)
    bias = Array(repeating: 0, count: layer.bias?.count ?? 0)
    gamma = Array(repeating: 0, count: layer.normalization?.gamma.count ?? 0)
    beta = gamma
  }

  /// The gradient of one kind of parameter, row-major; empty where the layer does not have it.
  package func values(of kind: ParameterTensor.Kind) -> [Float] {
    switch kind {
    case .weight: weights.values
    case .bias: bias
    case .gamma: gamma
    case .beta: beta
    }
  }

  /// Replaces the gradients by the sum over the parts of a batch.
  ///
  /// - Parameters:
  ///   - parts: the parts.
  ///   - withNormalization: whether the gradients of gamma and beta are sums too; otherwise each part has the batch's.
  mutating func add(up parts: [LayerGradients], withNormalization: Bool) {
    LayerGradients.copy(parts[0].weights.values, to: &weights.values)
    bias = parts[0].bias
    gamma = parts[0].gamma
    beta = parts[0].beta
    for part in parts.dropFirst() {
      LayerGradients.add(part.weights.values, to: &weights.values)
      LayerGradients.add(part.bias, to: &bias)
      guard withNormalization else { continue }
      LayerGradients.add(part.gamma, to: &gamma)
      LayerGradients.add(part.beta, to: &beta)
    }
  }

  private static func copy(_ other: [Float], to values: inout [Float]) {
    let source = other.span.extracting(first: values.count)
    var destination = values.mutableSpan
    for index in 0..<destination.count { destination[index] = source[index] }
  }

  private static func add(_ other: [Float], to values: inout [Float]) {
    let addend = other.span.extracting(first: values.count)
    var sums = values.mutableSpan
    for index in 0..<sums.count { sums[index] += addend[index] }
  }
}
