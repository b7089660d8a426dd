/// The normalization of one layer: its parameters, and the population statistics of batch norm.
///
/// Batch norm (Ioffe and Szegedy 2015) takes mean and variance of each feature over the examples, ghost batch norm
/// (Hoffer et al. 2017) over parts of the batch, layer norm (Ba et al. 2016) over the features of each example.
package struct Normalization: Sendable, Equatable {
  /// The mean and variance that batch norm normalizes with; layer norm always uses the example's own.
  package enum Statistics: String, Sendable, CaseIterable {
    /// The mean and variance of the current examples.
    case batch
    /// The running mean and variance: the population's.
    case running
  }

  /// The kind of normalization and its constants.
  package let architecture: NormalizationArchitecture
  /// The learned scale, [features].
  package var gamma: [Float]
  /// The learned shift, [features].
  package var beta: [Float]
  /// The statistics of the population; nil for layer norm.
  package var running: RunningStatistics?
  /// The statistics of the batch of the newest update, where training normalizes the next one with them.
  package var previousBatch: BatchStatistics?

  /// Makes a normalization with its initial gamma and beta.
  package init(features: Int, _ architecture: NormalizationArchitecture) {
    self.architecture = architecture
    gamma = Array(repeating: architecture.initialGamma, count: features)
    beta = Array(repeating: architecture.initialBeta, count: features)
    if case .batch(_, let update) = architecture.method {
      running = RunningStatistics(features: features, update: update)
    }
  }

  /// Whether it takes mean and variance over examples, so that they depend on which examples there are.
  package var isOverBatch: Bool { running != nil }
  /// The number of examples that are normalized together in training; nil for all of a batch.
  package var ghostBatchSize: Int? {
    if case .batch(let size, _) = architecture.method { size } else { nil }
  }
  /// Whether the moments of its output on the training batch follow from the moments of its input: mean beta and
  /// variance gamma² σ² / (σ² + ε).
  package var hasDerivedOutput: Bool {
    isOverBatch && ghostBatchSize == nil && architecture.noise == nil
      && architecture.renormalization == nil && !architecture.usesPreviousBatch
  }
}
