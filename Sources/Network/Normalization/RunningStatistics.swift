import Glibc

/// The mean and variance of a population that a batch norm normalizes with when it is not training.
///
/// Source: Ioffe and Szegedy 2015, section 3.1: moving averages of what the training batches had.
package struct RunningStatistics: Sendable, Equatable {
  /// The rule by which a batch moves the statistics.
  package struct Update: Sendable, Equatable {
    /// The variance that the running variance averages.
    package enum Variance: String, CaseIterable, Codable, Sendable {
      /// The biased batch variances, and the spread of the batch means by the law of total variance.
      case total
      /// The biased batch variances.
      case biased
      /// The batch variances times m / (m - 1), as in PyTorch.
      case unbiased
    }

    /// The weight of the OLD value.
    package let emaDecay: Float
    /// The variance that the running variance averages.
    package let variance: Variance
    /// Whether the weights are divided by what they add up to, so that the initial values have none.
    package let isBiasCorrected: Bool

    /// Describes an update.
    package init(emaDecay: Float, variance: Variance = .total, isBiasCorrected: Bool = false) {
      self.emaDecay = emaDecay
      self.variance = variance
      self.isBiasCorrected = isBiasCorrected
    }
  }

  /// The mean, [features].
  package private(set) var mean: [Float]
  /// The variance, [features].
  package private(set) var variance: [Float]
  /// The number of batches so far.
  package private(set) var updateCount = 0
  /// The rule by which a batch moves the statistics.
  package let update: Update

  /// Starts from mean 0 and variance 1.
  package init(features: Int, update: Update) {
    mean = Array(repeating: 0, count: features)
    variance = Array(repeating: 1, count: features)
    self.update = update
  }

  /// The statistics after `updateCount` batches.
  ///
  /// - Precondition: mean and variance are equally long.
  package init(mean: [Float], variance: [Float], updateCount: Int, update: Update) {
    precondition(
      mean.count == variance.count,
      "\(mean.count) means need as many variances, got \(variance.count)."
    )
    self.mean = mean
    self.variance = variance
    self.updateCount = updateCount
    self.update = update
  }

  /// Moves the statistics toward a batch's: mean ← d·mean + (1-d)·mean_B, variance likewise.
  ///
  /// With the total variance, d(1-d)(mean_B - mean)² is added. Bias correction replaces 1-d by (1-d) / (1-dᵗ) at
  /// the t-th update, which is 1 at the first.
  package mutating func move(towards batch: TensorMoments) {
    updateCount += 1
    var new = 1 - update.emaDecay
    if update.isBiasCorrected {
      let decay = Double(update.emaDecay)
      new = Float((1 - decay) / (1 - pow(decay, Double(updateCount))))
    }
    let old = update.isBiasCorrected ? 1 - new : update.emaDecay
    let count = Float(batch.count)
    let scale = update.variance == .unbiased && batch.count > 1 ? count / (count - 1) : 1
    let between = update.variance == .total ? old * new : 0
    for feature in mean.indices {
      let difference = batch.mean[feature] - mean[feature]
      variance[feature] =
        old * variance[feature] + new * scale * batch.variance[feature]
        + between * difference * difference
      mean[feature] += new * difference
    }
  }
}
