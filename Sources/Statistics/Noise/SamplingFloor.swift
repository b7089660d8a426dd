/// The squared W2 that two batches are apart although nothing moved between them.
///
/// For batches of m₁ and m₂ rows of a variance σ², E[W2²]/σ² = (ρ + (κ − 1)/4)·(1/m₁ + 1/m₂): ρ/m
/// from the means, ρ being 1 for independent rows, and (κ − 1)/(4m) from the standard deviations, κ
/// being the kurtosis. The second term is the leading one of a series in 1/m: for Gaussian rows the
/// floor is 10 % too high at m = 2, 1 % at 10 and 0.1 % at 60. Between two batches of 60 independent
/// rows W2 is thus 0.22 σ, in the root mean square, from nothing.
public struct SamplingFloor: Sendable, Equatable {
  /// m·Var(batch mean)/σ², as `BatchNoiseAccumulator` measures it.
  public let rho: Double
  /// The kurtosis of the rows, or the effective one.
  public let kurtosis: Double

  /// Makes the floor of noise of this size; by default that of independent Gaussian rows.
  ///
  /// - Precondition: `rho` is finite and not negative; `kurtosis` is finite and at least 1.
  public init(rho: Double = 1, kurtosis: Double = 3) {
    precondition(
      rho >= 0 && rho < .infinity && kurtosis >= 1 && kurtosis < .infinity,
      "A sampling floor needs a rho from 0 and a kurtosis from 1, got \(rho) and \(kurtosis).")
    self.rho = rho
    self.kurtosis = kurtosis
  }

  /// The expectation of W2²/σ² between batches of these sizes, σ² being the population's variance.
  ///
  /// Relative to a batch's own biased variance it is larger by m/(m − ρ).
  /// - Precondition: both counts are above 0.
  public func normalizedSquaredW2(_ firstCount: Int, _ secondCount: Int) -> Double {
    precondition(
      firstCount > 0 && secondCount > 0,
      "Batches need rows to have a sampling floor, got \(firstCount) and \(secondCount).")
    return SamplingFloor.noise(rho: rho, kurtosis: kurtosis)
      * (1 / Double(firstCount) + 1 / Double(secondCount))
  }

  /// What a batch of m rows adds to the floor, times m: ρ from its mean, (κ − 1)/4 from its standard deviation.
  public static func noise(rho: Double, kurtosis: Double) -> Double {
    rho + (kurtosis - 1) / 4
  }

  /// Judges a W2²/σ² between batches of these sizes, or the mean of several.
  ///
  /// - Precondition: both counts are above 0.
  public func judge(
    normalizedSquaredW2 value: Double, _ firstCount: Int, _ secondCount: Int
  ) -> FlooredShift {
    FlooredShift(value: value, floor: normalizedSquaredW2(firstCount, secondCount))
  }
}

/// A squared shift next to what sampling alone gives.
public struct FlooredShift: Sendable, Equatable {
  /// The squared shift as measured.
  public let value: Double
  /// What of it is expected where nothing moved.
  public let floor: Double
  /// How many independent parts the noise has, as `BatchNoiseAccumulator` measures it; nil where that is unknown.
  public let degreesOfFreedom: Double?

  /// Joins a measured squared shift, its floor and the degrees of freedom of its noise.
  ///
  /// - Precondition: `degreesOfFreedom` is finite and at least 1.
  public init(value: Double, floor: Double, degreesOfFreedom: Double? = nil) {
    precondition(
      degreesOfFreedom.map { $0 >= 1 && $0 < .infinity } ?? true,
      "Noise has at least one degree of freedom, not infinitely many.")
    self.value = value
    self.floor = floor
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// The shift less the noise, without a bias and so often below 0 where nothing moved.
  public var debiased: Double { value - floor }

  /// The 95 % confidence interval of the squared shift less the noise; nil where the degrees of freedom k are unknown.
  ///
  /// It is approximate: what was measured is taken for the floor/k of a noncentral χ²ₖ, as it is where the noise has k
  /// equal and independent parts and the shift lies in them. A shift along the largest of unequal parts is covered less
  /// often. Where what was measured is less than sampling gives in 39 of 40 cases, both ends are 0.
  public var confidenceInterval: ClosedRange<Double>? {
    guard let degreesOfFreedom, floor > 0, floor.isFinite else { return nil }
    let unit = floor / degreesOfFreedom
    guard (value / unit).isFinite else { return nil }
    let ends = [1, -1].map { side in
      unit
        * NoncentralChiSquared.noncentrality(
          of: value / unit, degreesOfFreedom: degreesOfFreedom,
          normal: side * FlooredShift.normalQuantile)
    }
    return ends[0]...max(ends[0], ends[1])
  }

  /// What a standard normal variable stays below in 97.5 % of all cases.
  private static let normalQuantile = 1.959963984540054

  /// Whether the shift is at least twice its floor, below which it can't be told from sampling.
  public var isDistinguishable: Bool { value > 0 && value >= 2 * floor }
}
