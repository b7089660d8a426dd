/// The mean and the biased variance of each feature of one tensor over a number of rows.
///
/// The store holds these for a tensor and a step. A feature whose moments are not finite is kept as
/// it is: readers of moments leave it out and count it.
public struct FeatureMoments: Sendable, Equatable {
  /// The number of rows, at least 1.
  public let count: Int
  /// The mean of each feature over the rows, [features].
  public let mean: [Float]
  /// The biased variance of each feature, the sum of squared deviations over `count`, [features].
  public let variance: [Float]

  /// Joins the two moments of each feature.
  ///
  /// - Precondition: `count > 0` and `mean.count == variance.count`.
  public init(count: Int, mean: [Float], variance: [Float]) {
    precondition(count > 0, "Moments need at least one row, got \(count).")
    precondition(
      mean.count == variance.count,
      "Moments need one variance for each mean, got \(mean.count) means and "
        + "\(variance.count) variances.")
    self.count = count
    self.mean = mean
    self.variance = variance
  }
}
