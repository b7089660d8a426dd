/// Compares batches with a reference batch by squared normalized W2, next to what sampling alone gives.
///
/// Of each unit it takes W2²/(v + ε), v being the reference's variance, and its floor, which each of the two batches of
/// m rows and biased variance u adds a·u/((m − 1)·(v + ε)) to, with a = ρ + (κ − 1)/4: see `SamplingFloor`. What is
/// told of a row are the means over the units whose floor is known, as a floor is one of a mean square.
public struct FlooredComparison: Sendable {
  private let epsilon: Double
  private var mean: [Double]
  private var variance: [Double]
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
    noise = mean
  }

  /// Takes a row, [units], as the reference.
  ///
  /// - Parameters:
  ///   - mean: the batch mean.
  ///   - variance: the biased batch variance.
  ///   - count: the number of rows.
  ///   - noise: a = ρ + (κ − 1)/4 of each unit.
  /// - Precondition: all have as many units as this; `count` is above 1.
  public mutating func setReference(
    mean: Span<Float>, variance: Span<Float>, count: Int, noise: Span<Double>
  ) {
    check(mean, variance, count, noise)
    for unit in self.mean.indices {
      self.mean[unit] = Double(mean[unit])
      self.variance[unit] = Double(variance[unit])
      self.noise[unit] = noise[unit] * Double(variance[unit]) / Double(count - 1)
    }
  }

  /// The squared shift of a row, [units], and its floor; nil where they are known of no unit.
  ///
  /// - Parameters: as for `setReference`.
  /// - Precondition: all have as many units as this; `count` is above 1.
  public func shift(
    mean: Span<Float>, variance: Span<Float>, count: Int, noise: Span<Double>
  ) -> FlooredShift? {
    check(mean, variance, count, noise)
    var (value, floor, units) = (0.0, 0.0, 0)
    for unit in self.mean.indices {
      let current = Double(variance[unit])
      let move = Double(mean[unit]) - self.mean[unit]
      let growth = current.squareRoot() - self.variance[unit].squareRoot()
      let scale = 1 / (self.variance[unit] + epsilon)
      let unitValue = (move * move + growth * growth) * scale
      let unitFloor = (self.noise[unit] + noise[unit] * current / Double(count - 1)) * scale
      guard unitValue.isFinite && unitFloor.isFinite else { continue }
      value += unitValue
      floor += unitFloor
      units += 1
    }
    guard units > 0 else { return nil }
    return FlooredShift(value: value / Double(units), floor: floor / Double(units))
  }

  private func check(
    _ mean: Span<Float>, _ variance: Span<Float>, _ count: Int, _ noise: Span<Double>
  ) {
    let units = self.mean.count
    precondition(
      mean.count == units && variance.count == units && noise.count == units && count > 1,
      "A comparison of \(units) units can't take \(mean.count) means, \(variance.count) variances and "
        + "\(noise.count) noises of \(count) rows.")
  }
}
