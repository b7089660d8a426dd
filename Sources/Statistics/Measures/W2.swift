/// The 2-Wasserstein distance of two Gaussians, W2 = √((μ₂ − μ₁)² + (σ₂ − σ₁)²).
///
/// A metric, in the unit of the tensor: x → a·x + b multiplies it by |a|. Defined for every unit
/// with sound moments, also a constant one, and for every ε. A lower bound of the true W2, as its
/// square is (Gelbrich).
enum W2: UnitMeasure {
  static let title = "W2"
  static let unit = "units of the tensor"
  static let definition = "√((μ₂ − μ₁)² + (σ₂ − σ₁)²)"

  @inline(__always)
  static func value(
    from reference: ReferenceUnit, mean: Double, variance: Double, epsilon: Double
  ) -> Double {
    nonNegativeRoot(
      SquaredW2.value(from: reference, mean: mean, variance: variance, epsilon: epsilon))
  }
}
