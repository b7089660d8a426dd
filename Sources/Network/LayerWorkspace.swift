/// The tensors and moments of one layer for batches of one size, in buffers that are used again.
package struct LayerWorkspace: Sendable {
  /// z = xW + b, [batch, units].
  package internal(set) var preactivation: Matrix
  /// The activation of z where batch norm stands after it, else empty, [batch, units].
  package internal(set) var activated: Matrix
  /// What the layer hands on, [batch, units].
  package internal(set) var output: Matrix
  /// dL/d(output), then dL/dz, [batch, units]; empty where no gradient is wanted.
  package internal(set) var gradient: Matrix

  /// The moments of x, [inputs]: current after an observed pass.
  package internal(set) var inputMoments: TensorMoments
  /// The moments of z, [units]: current after an observed pass, or where batch norm read them.
  package internal(set) var preactivationMoments: TensorMoments
  /// The moments of the activation of z, [units]: where batch norm stands after it, current as z's are.
  package internal(set) var activationMoments: TensorMoments
  /// The moments of batch norm's output, [units]: current after an observed pass with running statistics.
  ///
  /// With the batch's own statistics they are beta and gamma² σ²/(σ²+ε), and are not computed.
  package internal(set) var normalizedMoments: TensorMoments

  var cache: BatchNormCache

  init(layer: Layer, batchSize: Int, computesGradients: Bool) {
    let width = layer.width
    let normalizes = layer.batchNorm != nil
    let normalizesActivation = normalizes && layer.placement == .after
    preactivation = Matrix(rows: batchSize, columns: width)
    activated = Matrix(rows: normalizesActivation ? batchSize : 0, columns: width)
    output = Matrix(rows: batchSize, columns: width)
    gradient = Matrix(rows: computesGradients ? batchSize : 0, columns: width)
    cache = BatchNormCache(batchSize: normalizes ? batchSize : 0, features: width)
    inputMoments = TensorMoments(features: layer.inputWidth)
    preactivationMoments = TensorMoments(features: width)
    activationMoments = TensorMoments(features: width)
    normalizedMoments = TensorMoments(features: width)
  }
}
