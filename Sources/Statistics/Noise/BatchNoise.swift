/// The noise of batch moments, unit by unit, as `BatchNoiseAccumulator` measures it.
public struct BatchNoise: Sendable, Equatable {
  /// ρ = m·Var(batch mean)/σ² of each unit, [units].
  let rho: [Double]
  /// The factor of each unit's sampling floor, [units].
  private let factor: [Double]
  /// The variance σ² of the rows, [units]; nil where it was not kept.
  let variance: [Double]?

  /// Joins measured vectors, [units] each.
  ///
  /// - Precondition: all have as many units.
  public init(rho: [Double], kurtosis: [Double], variance: [Double]?) {
    precondition(
      kurtosis.count == rho.count && variance?.count ?? rho.count == rho.count,
      "The noise of \(rho.count) units has no \(kurtosis.count) kurtoses or other variances.")
    self.rho = rho
    factor = zip(rho, kurtosis).map { SamplingFloor.factor(rho: $0, kurtosis: $1) }
    self.variance = variance
  }

  /// The part of a unit's sampling floor, in W2², that a batch of `count` rows and this biased variance adds.
  func floor(of unit: Int, batchVariance: Double, count: Int) -> Double {
    SamplingFloor.part(
      factor: factor[unit], rho: rho[unit], batchVariance: batchVariance, count: count)
  }
}
