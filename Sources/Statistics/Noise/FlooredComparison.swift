/// A comparison of batches with a reference batch by squared W2 in units of variance, next to its sampling floor.
///
/// The value of a unit is W2²/(v + ε). To its floor each of the two batches, of m rows and biased variance u, adds
/// a·u/((m − ρ)·(v + ε)) with a = ρ + (κ − 1)/4: see `SamplingFloor`. v is the variance that was measured with the
/// reference's noise: that of the reference batch is noise itself, and small where its mean happens to be off, which
/// makes the quotient larger than its floor; it is used only where no other was kept. The result for a batch is the
/// mean over the units whose floor is known, as a floor is the expectation of a mean square.
public struct FlooredComparison: Sendable {
  /// The largest error of W2² by the float32 of stored moments, relative to μ² + σ², for each of two rows.
  private static let rounding = 0x1p-47

  private let epsilon: Double
  private var mean: [Double]
  private var variance: [Double]
  /// 1/(v + ε) of each unit.
  private var scale: [Double]
  /// The reference's part of each unit's floor, in W2².
  private var noise: [Double]

  /// Makes a comparison of rows of `units` units, whose reference is set later.
  ///
  /// - Precondition: `epsilon` is finite and not negative.
  public init(units: Int, epsilon: Double) {
    ShiftReference.checkEpsilon(epsilon)
    self.epsilon = epsilon
    mean = Array(repeating: .nan, count: units)
    variance = mean
    scale = mean
    noise = mean
  }

  /// Sets the reference to a batch.
  ///
  /// - Parameters:
  ///   - mean: the batch mean, [units].
  ///   - variance: the biased batch variance, [units].
  ///   - count: the number of rows.
  ///   - noise: the noise of such batches.
  /// - Precondition: all have as many units as the comparison; `count` is above 1.
  public mutating func setReference(
    mean: Span<Float>, variance: Span<Float>, count: Int, noise: BatchNoise
  ) {
    check(mean, variance, count, noise)
    for unit in self.mean.indices {
      let (center, spread) = (Double(mean[unit]), Double(variance[unit]))
      self.mean[unit] = center
      self.variance[unit] = spread
      self.noise[unit] = FlooredComparison.noise(noise, unit, center, spread, count)
      scale[unit] = 1 / ((noise.variance?[unit] ?? spread) + epsilon)
    }
  }

  /// The squared shift of a batch from the reference, and its floor; nil where the floor of no unit is known.
  ///
  /// - Parameters: as for `setReference`.
  /// - Precondition: all have as many units as the comparison; `count` is above 1.
  public func shift(
    mean: Span<Float>, variance: Span<Float>, count: Int, noise: BatchNoise
  ) -> FlooredShift? {
    check(mean, variance, count, noise)
    var (value, floor, units) = (0.0, 0.0, 0)
    for unit in self.mean.indices {
      let (center, spread) = (Double(mean[unit]), Double(variance[unit]))
      let move = center - self.mean[unit]
      let growth = spread.squareRoot() - self.variance[unit].squareRoot()
      let own = FlooredComparison.noise(noise, unit, center, spread, count)
      let unitValue = (move * move + growth * growth) * scale[unit]
      let unitFloor = (self.noise[unit] + own) * scale[unit]
      guard unitValue.isFinite && unitFloor.isFinite else { continue }
      value += unitValue
      floor += unitFloor
      units += 1
    }
    guard units > 0 else { return nil }
    return FlooredShift(value: value / Double(units), floor: floor / Double(units))
  }

  /// A batch's part of the floor of W2²: sampling and rounding.
  private static func noise(
    _ noise: BatchNoise, _ unit: Int, _ mean: Double, _ variance: Double, _ count: Int
  ) -> Double {
    noise.floor(of: unit, batchVariance: variance, count: count)
      + rounding * (mean * mean + variance)
  }

  private func check(
    _ mean: Span<Float>, _ variance: Span<Float>, _ count: Int, _ noise: BatchNoise
  ) {
    let units = self.mean.count
    precondition(
      mean.count == units && variance.count == units && noise.rho.count == units && count > 1,
      "A comparison of \(units) units cannot take \(mean.count) means, \(variance.count) variances and "
        + "\(noise.rho.count) noises of \(count) rows.")
  }
}
