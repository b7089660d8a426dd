/// The population stability index Σ(q − p)·ln(q/p) of two histograms, in nats: binned Jeffreys.
///
/// The customary limits of 0.1 and 0.25 ignore the number of examples: where nothing changed the
/// index is about (1/n + 1/m)·χ² with B − 1 degrees of freedom, for n and m examples in B bins,
/// 0.3 on average for ten bins of 60 each. Source: Yurdakul and Naranjo, "Statistical properties of
/// the population stability index".
public struct PopulationStabilityIndex: Sendable, Equatable {
  /// The index.
  public let value: Double
  /// The number B of bins that are not empty in both histograms.
  public let bins: Int
  /// The number of numbers that the reference counted.
  public let referenceCount: Int
  /// The number of numbers that the current histogram counted.
  public let currentCount: Int

  /// The value that the index exceeds with a probability of `significance` although nothing changed.
  ///
  /// An approximation for bins with five numbers or more.
  /// - Precondition: `significance` is between 0 and 1.
  public func criticalValue(significance: Double = 0.05) -> Double {
    bins > 1 ? scale * ChiSquared(degreesOfFreedom: bins - 1).quantile(upper: significance) : 0
  }

  private var scale: Double { 1 / Double(referenceCount) + 1 / Double(currentCount) }
}
