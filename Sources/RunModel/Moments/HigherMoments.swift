/// The third and the fourth standardized moment of one tensor at one step.
public struct HigherMoments: Sendable, Equatable {
  /// The skewness of each feature, NaN where it is constant.
  public let skewness: [Float]
  /// The kurtosis of each feature, 3 for a Gaussian; NaN where it is constant.
  public let kurtosis: [Float]

  /// Describes the standardized moments of a tensor, [site.width] each.
  public init(skewness: [Float], kurtosis: [Float]) {
    self.skewness = skewness
    self.kurtosis = kurtosis
  }
}
