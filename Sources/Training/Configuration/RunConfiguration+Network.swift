import StrictJSON
package import Datasets
import FoundationEssentials
package import Network
package import RunModel

extension RunConfiguration {
  /// The architecture of the network for the examples of `dataset`.
  ///
  /// - Throws: `ConfigurationError` where the layers don't fit the examples, or each other, or this machine's memory.
  package func architecture(for dataset: Dataset) throws(ConfigurationError) -> NetworkArchitecture
  {
    let hasConvolution = layers.contains { $0.channels != nil }
    if hasConvolution && dataset.exampleShape.positions == 1 {
      throw ConfigurationError(
        "The examples of \(dataset.name) are not images, so no layer can be a convolution; use layers with \"units\", as in \(key: "layers", [64, 64])."
      )
    }
    var hidden = layers.map(layerArchitecture)
    // No hidden layer is before the first.
    hidden[0].hasShortcut = false
    let output = LayerArchitecture(
      .dense(units: dataset.outputCount), hasBias: bias ?? true, activation: .identity)
    let architecture = NetworkArchitecture(
      input: hasConvolution
        ? dataset.exampleShape : TensorShape(features: dataset.featureCount),
      layers: hidden + [output], initializer: `init`)
    let memory: Double
    do {
      memory = try architecture.leastTrainingMemory(batchSize: batchSize)
    } catch {
      switch error.kind {
      case .window:
        throw ConfigurationError(
          "Layer \(error.layer) doesn't fit: \(error.description); use a smaller \"pooling_size\"."
        )
      case .shortcut:
        throw ConfigurationError(
          "Layer \(error.layer) doesn't fit: \(error.description); use layers of one size, or \(key: "residual", false) in this layer."
        )
      }
    }
    try requireMemory(memory)
    return architecture
  }

  /// Checks that this machine has enough memory.
  private func requireMemory(_ bytes: Double) throws(ConfigurationError) {
    let available = Double(ProcessInfo.processInfo.physicalMemory)
    guard bytes > available else { return }
    func gigabytes(_ bytes: Double) -> String { "\((bytes / 1e8).rounded() / 10) GB" }
    throw ConfigurationError(
      "This network takes at least \(gigabytes(bytes)) of memory with batches of \(batchSize), and the machine has \(gigabytes(available)); use smaller layers or a smaller \(key: "batch_size")."
    )
  }

  private func layerArchitecture(_ layer: LayerConfiguration) -> LayerArchitecture {
    let norm = layer.norm ?? norm
    let placement = layer.placement ?? placement
    let isIdentity = layer.identity == true
    return LayerArchitecture(
      isIdentity
        ? .identity
        : layer.channels.map { .convolution(channels: $0, stride: layer.stride ?? 1) }
          ?? .dense(units: layer.units ?? 0),
      // Before batch norm beta repeats the bias.
      hasBias: layer.bias
        ?? (isIdentity ? false : bias ?? !(norm.isOverBatch && placement == .before)),
      normalization: normalization(norm, layer), placement: placement,
      activation: layer.activation ?? activation,
      pooling: layer.pooling.map { Pooling($0, size: layer.poolingSize ?? 2) },
      dropout: Float(layer.dropout ?? dropout), hasShortcut: layer.residual ?? residual)
  }

  private func normalization(_ norm: NormalizationKind, _ layer: LayerConfiguration)
    -> NormalizationArchitecture?
  {
    let method: NormalizationArchitecture.Method
    switch norm {
    case .none: return nil
    case .layer: method = .layer
    case .batch, .noisy, .renorm:
      method = .batch(
        ghostBatchSize: layer.ghostBatchSize ?? ghostBatchSize,
        running: RunningStatistics.Update(
          emaDecay: Float(emaDecay), variance: emaVariance, isBiasCorrected: emaBiasCorrection))
    }
    return NormalizationArchitecture(
      method, epsilon: Float(epsilon), initialGamma: Float(layer.initialGamma ?? initialGamma),
      initialBeta: Float(layer.initialBeta ?? initialBeta), trainsGamma: trainGamma,
      trainsBeta: trainBeta,
      holdsStatistics: layer.holdStatistics ?? holdStatistics,
      noise: norm == .noisy ? .published : nil,
      renormalization: norm == .renorm
        ? Renormalization(
          largestScale: renormRMax, largestShift: renormDMax, rampStart: renormRampStart,
          rampEnd: renormRampEnd) : nil,
      usesPreviousBatch: norm.isOverBatch && batchStatistics == .previous)
  }

  /// The loss, the optimizer and the learning rates.
  package var trainingMethod: TrainingMethod {
    let shape: LearningRateSchedule.Shape =
      switch schedule {
      case .constant: .constant
      case .step: .step(every: stepEvery, factor: stepFactor)
      case .cosine: .cosine(steps: scheduleSteps ?? steps, final: finalLearningRate)
      }
    return TrainingMethod(
      loss: loss, reduction: reduction,
      optimizer: optimizer == .sgd
        ? .sgd(momentum: Float(momentum), nesterov: nesterov)
        : .adam(beta1: Float(beta1), beta2: Float(beta2), epsilon: Float(adamEpsilon)),
      weightDecay: Float(weightDecay), decaysNormalization: decayNormalization,
      schedule: LearningRateSchedule(base: learningRate, shape: shape, warmupSteps: warmupSteps))
  }

  /// Whether a hidden layer has batch norm.
  package var hasBatchNorm: Bool { layers.contains { ($0.norm ?? norm).isOverBatch } }

  /// The statistics of held-out measurements; one entry, whichever, without batch norm.
  package var evaluationStatistics: [StatisticsMode] {
    hasBatchNorm ? statistics ?? [.batch, .running] : [.running]
  }

  /// The number of examples that batch norm normalizes together, in the layer where they are the fewest.
  package var normalizationBatchSize: Int {
    layers.filter { ($0.norm ?? norm).isOverBatch }
      .map { $0.ghostBatchSize ?? ghostBatchSize ?? batchSize }.min() ?? batchSize
  }
}
