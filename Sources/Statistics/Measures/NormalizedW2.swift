/// The 2-Wasserstein distance in standard deviations of the reference, W2/√(σ₁² + ε).
///
/// A distance, but not a symmetric one: the reference sets the scale. With ε = 0 it does not change
/// under x → a·x + b. A unit that is constant in the reference (σ₁² exactly 0) has no scale: it is
/// undefined as soon as its mean or its variance differs, even though ε would give a number, and 0
/// if both moments are equal.
enum NormalizedW2: UnitMeasure {
  static let title = "normalized W2"
  static let unit = "reference sd"
  static let definition = "√((μ₂ − μ₁)² + (σ₂ − σ₁)²) / √(σ₁² + ε)"

  @inline(__always)
  static func value(
    from reference: ReferenceUnit, mean: Double, variance: Double, epsilon: Double
  ) -> Double {
    let squaredDistance = SquaredW2.value(
      from: reference, mean: mean, variance: variance, epsilon: epsilon)
    return squaredDistance == 0 ? 0 : nonNegativeRoot(squaredDistance * reference.precision)
  }
}
