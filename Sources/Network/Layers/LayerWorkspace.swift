/// The tensors of one layer for batches of one size, in reused buffers.
///
/// A tensor of images is [batch · positions, channels]; a tensor that the layer does not have is empty.
package struct LayerWorkspace: Sendable {
  /// The preactivation z = xW + b.
  package internal(set) var preactivation: Matrix
  /// The activation of z, if the normalization follows it.
  package internal(set) var activated: Matrix
  /// The output of normalization and activation.
  package internal(set) var transformed: Matrix
  /// The output of pooling.
  package internal(set) var pooled: Matrix
  /// The output of dropout.
  package internal(set) var dropped: Matrix
  /// The gradient dL/d(output), then without pooling dL/dz; empty in a workspace without gradients.
  package internal(set) var gradient: Matrix

  /// With pooling, the gradient dL/d(transformed), then dL/dz.
  private var transformedGradient: Matrix
  /// The rows that max pooling chose.
  var poolingChoices: [Int32]
  /// The factors of dropout: 0 or 1 / (1 - probability).
  var dropoutFactors: Matrix
  /// The factors of the noise, and the draws of each unit for it.
  var noiseScales: Matrix
  var unitNoise: NormalizationNoise.Units
  /// The scratch space of the map.
  var buffers: MapBuffers
  var scaling: NormalizationScaling
  var sums: NormalizationGradientSums
  /// The correction of batch renorm; nil without it, and in a workspace without gradients.
  var correction: Renormalization.Correction?
  /// Whether it has room for gradients, with which normalization, dropout and noise are those of training.
  let isTraining: Bool
  /// The blocks of examples that are processed at a time, few enough for a core's cache.
  let blocks: [Range<Int>]

  init(layer: Layer, batchSize: Int, computesGradients: Bool) {
    func tensor(_ shape: TensorShape, if isThere: Bool = true) -> Matrix {
      isThere
        ? Matrix(rows: batchSize * shape.positions, columns: shape.channels) : .empty
    }
    isTraining = computesGradients
    preactivation = tensor(layer.preactivation)
    activated = tensor(layer.preactivation, if: layer.normalizesActivation)
    transformed = tensor(layer.preactivation)
    let hasPooling = layer.pooling != nil
    pooled = tensor(layer.output, if: hasPooling)
    dropped = tensor(layer.output, if: layer.dropout > 0 && computesGradients)
    gradient = tensor(layer.output, if: computesGradients)
    transformedGradient = tensor(layer.preactivation, if: computesGradients && hasPooling)
    poolingChoices =
      layer.pooling?.kind == .max ? [Int32](repeating: 0, count: pooled.values.count) : []
    dropoutFactors = dropped
    noiseScales = tensor(
      layer.preactivation,
      if: computesGradients && layer.normalization?.architecture.noise != nil)
    unitNoise = NormalizationNoise.Units(features: noiseScales.columns)
    let size = layer.map.examplesPerBlock ?? batchSize
    blocks = stride(from: 0, to: batchSize, by: size).map { $0..<min($0 + size, batchSize) }
    buffers = layer.map.buffers(
      examples: min(size, batchSize), computesGradients: computesGradients)
    let isOverBatch = layer.normalization?.isOverBatch ?? true
    let parts = isOverBatch ? layer.ghostGroups(batchSize: batchSize, computesGradients) : batchSize
    let features = layer.normalization == nil ? 0 : layer.preactivation.channels
    scaling = NormalizationScaling(
      isOverBatch ? .rowsOfColumn : .example, parts: max(parts, 1), features: features)
    sums = NormalizationGradientSums(
      parts: isOverBatch ? max(parts, 1) : 1, features: computesGradients ? features : 0)
    if computesGradients && layer.normalization?.architecture.renormalization != nil {
      correction = Renormalization.Correction(features: features)
    }
  }

  /// The gradient dL/d(transformed), then dL/dz, [batch · positions, channels].
  var preactivationGradient: Matrix {
    get { pooled.rows > 0 ? transformedGradient : gradient }
    set {
      if pooled.rows > 0 { transformedGradient = newValue } else { gradient = newValue }
    }
  }

  /// The output of the layer, [batch · positions, channels].
  package var output: Matrix {
    dropped.rows > 0 ? dropped : pooled.rows > 0 ? pooled : transformed
  }
}

extension Layer {
  /// The number of ghost batches in a training batch; 0 without ghost batch norm.
  func ghostGroups(batchSize: Int, _ isTraining: Bool) -> Int {
    guard isTraining, let size = normalization?.ghostBatchSize else { return 0 }
    return batchSize / size
  }
}
