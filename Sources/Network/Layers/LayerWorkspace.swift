/// The tensors of one layer for batches of one size, in buffers that are used again.
///
/// A tensor of images is [batch · positions, channels]; one that the layer doesn't have is empty.
package struct LayerWorkspace: Sendable {
  /// z = xW + b.
  package internal(set) var preactivation: Matrix
  /// The activation of z, where the normalization stands after it.
  package internal(set) var activated: Matrix
  /// What the normalization and the activation made.
  package internal(set) var transformed: Matrix
  /// What pooling made of that.
  package internal(set) var pooled: Matrix
  /// What dropout left of that.
  package internal(set) var dropped: Matrix
  /// dL/d(output), then without pooling dL/dz; empty where no gradient is wanted.
  package internal(set) var gradient: Matrix

  /// dL/d(transformed), then dL/dz, with pooling.
  private var transformedGradient: Matrix
  /// The rows that max pooling took.
  var poolingChoices: [Int32]
  /// What dropout multiplied by: 0 or 1 / (1 - probability).
  var dropoutFactors: Matrix
  /// What the noise multiplied by, and what each unit drew for it.
  var noiseScales: Matrix
  var unitNoise: NormalizationNoise.Units
  /// The scratch space of the map.
  var buffers: MapBuffers
  var scaling: NormalizationScaling
  var sums: NormalizationGradientSums
  /// The images that are taken at a time, so that what is computed of them stays in a core's cache.
  let blocks: [Range<Int>]

  init(layer: Layer, batchSize: Int, computesGradients: Bool) {
    func tensor(_ shape: TensorShape, if isThere: Bool = true) -> Matrix {
      isThere
        ? Matrix(rows: batchSize * shape.positions, columns: shape.channels) : .empty
    }
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
  }

  /// dL/d(transformed), then dL/dz, [batch · positions, channels].
  var preactivationGradient: Matrix {
    get { pooled.rows > 0 ? transformedGradient : gradient }
    set {
      if pooled.rows > 0 { transformedGradient = newValue } else { gradient = newValue }
    }
  }

  /// What the layer hands on, [batch · positions, channels].
  package var output: Matrix {
    dropped.rows > 0 ? dropped : pooled.rows > 0 ? pooled : transformed
  }
}

extension Layer {
  /// The number of groups that ghost batch norm cuts a training batch into; 0 without it.
  func ghostGroups(batchSize: Int, _ isTraining: Bool) -> Int {
    guard isTraining, let size = normalization?.ghostBatchSize else { return 0 }
    return batchSize / size
  }
}
