/// The mean and variance of one batch.
package struct BatchStatistics: Sendable, Equatable {
  /// The mean, [features].
  package let mean: [Float]
  /// The biased variance, [features].
  package let variance: [Float]

  /// Wraps a mean and a variance.
  ///
  /// - Precondition: they are equally long.
  package init(mean: [Float], variance: [Float]) {
    precondition(
      mean.count == variance.count,
      "\(mean.count) means need as many variances, got \(variance.count).")
    self.mean = mean
    self.variance = variance
  }
}
