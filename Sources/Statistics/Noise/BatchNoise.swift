/// How noisy the moments of batches are, unit by unit, as `BatchNoiseAccumulator` measures it.
public struct BatchNoise: Sendable, Equatable {
  /// ρ = m·Var(batch mean)/σ² of each unit, [units].
  let rho: [Double]
  /// What a batch adds to W2²/σ², times m, [units]: see `SamplingFloor.noise`.
  let factor: [Double]
  /// The variance σ² of the rows, [units]; nil where it was not kept.
  let variance: [Double]?

  /// Joins what was measured, [units] each.
  ///
  /// - Precondition: all have as many units.
  public init(rho: [Double], kurtosis: [Double], variance: [Double]?) {
    precondition(
      kurtosis.count == rho.count && variance?.count ?? rho.count == rho.count,
      "The noise of \(rho.count) units has no \(kurtosis.count) kurtoses or other variances.")
    self.rho = rho
    factor = zip(rho, kurtosis).map { SamplingFloor.noise(rho: $0, kurtosis: $1) }
    self.variance = variance
  }

  /// What a batch of `count` rows and the biased variance `batchVariance` adds to the W2² of a unit, on average.
  ///
  /// With E[u] = σ²·(1 − ρ/m) for the batch's variance u, σ²·a/m is E[a·u/(m − ρ)]. NaN where m is not above ρ.
  func squaredW2(of unit: Int, batchVariance: Double, count: Int) -> Double {
    let rows = Double(count) - rho[unit]
    return rows > 0 ? factor[unit] * batchVariance / rows : .nan
  }
}
