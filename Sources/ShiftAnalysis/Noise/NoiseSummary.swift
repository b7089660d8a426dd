/// What was measured of the noise of training batches at a site, in short.
public struct NoiseSummary: Sendable, Equatable {
  /// ρ = m·Var(batch mean)/σ² at the newest of the steps, median over units; nil where undefined for all.
  public let rho: Double?
  /// The effective kurtosis there, median over units; nil where undefined for all.
  public let kurtosis: Double?
  /// How many independent parts the noise had there; nil where that is unknown.
  public let degreesOfFreedom: Double?
  /// The steps whose weights it was measured with.
  public let steps: [Int]
  /// The number of batches that the newest was measured with.
  public let batchCount: Int
}
