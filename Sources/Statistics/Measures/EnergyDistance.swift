import Glibc

/// The energy distance √(2·E|X − Y| − E|X − X′| − E|Y − Y′|), as scipy defines it.
///
/// X and X′ are drawn from the reference, Y and Y′ from the current Gaussian, all independent. With
/// s² = σ₁² + σ₂², t = |μ₂ − μ₁|/s and E|m + s·Z| in closed form (see `W1`) its square is
/// 2s·(√(2/π)·(exp(−t²/2) − 1) + t·erf(t/√2)) + (2/√π)·(σ₂ − σ₁)²/(√2·s + σ₁ + σ₂), whose two
/// parts, of the location and of the scale, are never negative. A metric: x → a·x + b multiplies it
/// by √|a|. Defined for every unit with sound moments and every ε: √(2·|μ₂ − μ₁|) for two
/// constant units. Source: Székely and Rizzo, "Energy statistics: A class of statistics based on
/// distances".
enum EnergyDistance: UnitMeasure {
  static let title = "energy distance"
  static let unit = "square roots of units of the tensor"
  static let definition = "√(2·E|X − Y| − E|X − X′| − E|Y − Y′|) of Gaussians"

  static func value(
    from reference: ReferenceUnit, mean: Double, variance: Double, epsilon: Double
  ) -> Double {
    let location = abs(mean - reference.mean)
    let deviation = nonNegativeRoot(reference.variance + variance)
    guard deviation > 0 else { return nonNegativeRoot(2 * (location + deviation)) }
    let shift = location / deviation
    let ofLocation =
      2 * deviation
      * ((2 / Double.pi).squareRoot() * expm1(-shift * shift / 2)
        + shift * erf(shift / 2.0.squareRoot()))
    let scale = differenceOfDeviations(reference.variance, variance)
    let sum = reference.standardDeviation + nonNegativeRoot(variance)
    let ofScale =
      2 / Double.pi.squareRoot() * scale * scale / (2.0.squareRoot() * deviation + sum)
    return nonNegativeRoot(ofLocation + ofScale)
  }
}
