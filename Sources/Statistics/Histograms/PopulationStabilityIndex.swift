/// The population stability index Σ(q − p)·ln(q/p) of two histograms, in nats: binned Jeffreys.
///
/// The customary limits of 0.1 and 0.25 know nothing of the number of examples: where nothing
/// changed it is about (1/n + 1/m)·χ² with B − 1 degrees of freedom, for n and m examples in B bins,
/// 0.3 on average for ten bins of 60 each. Source: Yurdakul and Naranjo, "Statistical properties of
/// the population stability index".
public struct PopulationStabilityIndex: Sendable, Equatable {
  /// The index.
  public let value: Double
  /// The number of bins B that have numbers in either histogram.
  public let bins: Int
  /// How many numbers the reference counted.
  public let referenceCount: Int
  /// How many numbers the current histogram counted.
  public let currentCount: Int

  /// The mean of the index where nothing changed, (B − 1)·(1/n + 1/m).
  public var nullMean: Double { Double(bins - 1) * scale }

  /// What the index exceeds with a probability of `significance` although nothing changed.
  ///
  /// An approximation for bins with five numbers or more.
  /// - Precondition: `significance` is between 0 and 1.
  public func criticalValue(significance: Double = 0.05) -> Double {
    bins > 1 ? scale * ChiSquared(degreesOfFreedom: bins - 1).quantile(upper: significance) : 0
  }

  private var scale: Double { 1 / Double(referenceCount) + 1 / Double(currentCount) }
}
