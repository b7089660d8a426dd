/// The gradients of a layer's parameters, in the parameters' shapes.
package struct LayerGradients: Sendable, Equatable {
  /// dL/dW, [inputs, outputs].
  package internal(set) var weights: Matrix
  /// dL/db, [outputs]; empty where the layer has no bias.
  package internal(set) var bias: [Float]
  /// dL/dgamma, [outputs]; empty where the layer has no batch norm.
  package internal(set) var gamma: [Float]
  /// dL/dbeta, [outputs]; empty where the layer has no batch norm.
  package internal(set) var beta: [Float]

  init(layer: Layer) {
    weights = Matrix(rows: layer.weights.rows, columns: layer.weights.columns)
    bias = Array(repeating: 0, count: layer.bias?.count ?? 0)
    gamma = Array(repeating: 0, count: layer.batchNorm?.gamma.count ?? 0)
    beta = gamma
  }
}
