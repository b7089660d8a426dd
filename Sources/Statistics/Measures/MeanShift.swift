/// The shift of the mean in standard deviations of the reference, (μ₂ − μ₁)/√(σ₁² + ε).
///
/// Positive where the mean rose. With ε = 0 it does not change under x → a·x + b with a > 0 and
/// flips its sign with a < 0. It is undefined by the same rule as the normalized W2, of which it is
/// the location part, so that both leave out the same units: one that is constant in the reference
/// (σ₁² exactly 0) is undefined as soon as its mean or its variance differs, and 0 if both are
/// equal.
enum MeanShift: UnitMeasure {
  static let title = "mean shift"
  static let unit = "reference sd"
  static let definition = "(μ₂ − μ₁) / √(σ₁² + ε), signed"

  @inline(__always)
  static func value(
    from reference: ReferenceUnit, mean: Double, variance: Double, epsilon: Double
  ) -> Double {
    let shift = (mean - reference.mean) * nonNegativeRoot(reference.precision)
    return mean == reference.mean && variance == reference.variance ? 0 : shift
  }
}
