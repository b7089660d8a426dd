/// Compares batches with a reference batch by squared W2 in units of variance, next to what sampling alone gives.
///
/// Of each unit it takes W2²/(v + ε), and its floor, which each of the two batches of m rows and biased variance u adds
/// a·u/((m − ρ)·(v + ε)) to, with a = ρ + (κ − 1)/4: see `SamplingFloor`. v is the variance that was measured with the
/// reference's noise: that of the reference batch is noise itself, and small where its mean happens to be off, which
/// makes the quotient larger than its floor. Only where no other was kept it is taken. What is told of a row are the
/// means over the units whose floor is known, as a floor is one of a mean square.
public struct FlooredComparison: Sendable {
  /// What the float32 of stored moments is off at most, relative to W2² of a distribution from 0, for each of two rows.
  private static let rounding = 0x1p-47

  private let epsilon: Double
  private var mean: [Double]
  private var variance: [Double]
  /// What W2² of each unit is divided by, inverted.
  private var scale: [Double]
  /// What the reference adds to W2² of each unit.
  private var noise: [Double]

  /// Makes a comparison of rows of `units` units with a reference that is yet to be set.
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

  /// Takes a row, [units], as the reference.
  ///
  /// - Parameters:
  ///   - mean: the batch mean.
  ///   - variance: the biased batch variance.
  ///   - count: the number of rows.
  ///   - noise: the noise of such batches.
  /// - Precondition: all have as many units as this; `count` is above 1.
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

  /// The squared shift of a row, [units], and its floor; nil where they are known of no unit.
  ///
  /// - Parameters: as for `setReference`.
  /// - Precondition: all have as many units as this; `count` is above 1.
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

  /// What a row adds to the floor of W2²: what sampling does, and rounding.
  private static func noise(
    _ noise: BatchNoise, _ unit: Int, _ mean: Double, _ variance: Double, _ count: Int
  ) -> Double {
    noise.squaredW2(of: unit, batchVariance: variance, count: count)
      + rounding * (mean * mean + variance)
  }

  private func check(
    _ mean: Span<Float>, _ variance: Span<Float>, _ count: Int, _ noise: BatchNoise
  ) {
    let units = self.mean.count
    precondition(
      mean.count == units && variance.count == units && noise.rho.count == units && count > 1,
      "A comparison of \(units) units can't take \(mean.count) means, \(variance.count) variances and "
        + "\(noise.rho.count) noises of \(count) rows.")
  }
}
