/// A summary of the measured noise of training batches at a site.
public struct NoiseSummary: Sendable, Equatable {
  /// ρ = m·Var(batch mean)/σ² at the newest step, median over units; nil where it is undefined for all.
  public let rho: Double?
  /// The effective kurtosis at that step, median over units; nil where it is undefined for all.
  public let kurtosis: Double?
  /// The degrees of freedom of the noise at that step; nil where they are unknown.
  public let degreesOfFreedom: Double?
  /// The steps of the measurements.
  public let steps: [Int]
  /// The number of batches of the newest measurement.
  public let batchCount: Int
}
