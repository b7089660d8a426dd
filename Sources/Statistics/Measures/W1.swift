import Glibc

/// The 1-Wasserstein distance of two Gaussians, the mean distance that mass is moved.
///
/// It is the mean magnitude of a Gaussian, E|δ + s·Z| = s·√(2/π)·exp(−δ²/(2s²)) + δ·erf(δ/(s·√2))
/// with δ = |μ₂ − μ₁| and s = |σ₂ − σ₁|, because the quantile functions differ by δ + s·Z. A metric
/// in the unit of the tensor, no larger than W2: x → a·x + b multiplies it by |a|. Defined for every
/// unit with sound moments and every ε: δ for two constant units. Source of E|δ + s·Z|: Leone,
/// Nelson and Nottingham, "The folded normal distribution".
enum W1: UnitMeasure {
  static let title = "W1"
  static let unit = "units of the tensor"
  static let definition = "E|μ₂ − μ₁ + (σ₂ − σ₁)·Z| for Z of N(0, 1)"

  static func value(
    from reference: ReferenceUnit, mean: Double, variance: Double, epsilon: Double
  ) -> Double {
    let location = abs(mean - reference.mean)
    let scale = abs(differenceOfDeviations(reference.variance, variance))
    guard scale > 0 else { return location + scale }
    let shift = location / scale
    return scale * (2 / Double.pi).squareRoot() * exp(-shift * shift / 2)
      + location * erf(shift / 2.0.squareRoot())
  }
}
