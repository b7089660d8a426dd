/// The sampling floor: the squared W2 between two batches that is expected although nothing moved.
///
/// For batches of m₁ and m₂ rows of a variance σ², E[W2²]/σ² = (ρ + (κ − 1)/4)·(1/m₁ + 1/m₂): ρ/m
/// from the means, with ρ = 1 for independent rows, and (κ − 1)/(4m) from the standard deviations,
/// with the kurtosis κ. The second term is the leading one of a series in 1/m: for Gaussian rows the
/// floor is 10 % too high at m = 2, 1 % at 10 and 0.1 % at 60. Between two batches of 60 independent
/// rows W2 is thus 0.22 σ, in the root mean square, from nothing.
///
/// `BatchNoiseAccumulator` measures ρ and κ, `BatchNoise` keeps them for the units of a tensor,
/// `FlooredComparison` adds up the floors of two batches, and a `FlooredShift` is the result.
enum SamplingFloor {
  /// The factor of one batch, ρ + (κ − 1)/4: the batch adds σ² times this over m to the floor.
  static func factor(rho: Double, kurtosis: Double) -> Double {
    rho + (kurtosis - 1) / 4
  }

  /// The part of one batch of `count` rows and the biased variance `batchVariance`, on average.
  ///
  /// With E[u] = σ²·(1 − ρ/m) for the batch's variance u, σ²·a/m is E[a·u/(m − ρ)]. NaN where m is not above ρ.
  static func part(factor: Double, rho: Double, batchVariance: Double, count: Int) -> Double {
    let rows = Double(count) - rho
    return rows > 0 ? factor * batchVariance / rows : .nan
  }
}
