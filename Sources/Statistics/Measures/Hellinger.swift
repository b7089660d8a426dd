import Glibc

/// The Hellinger distance √(1 − ∫√(p₁·p₂)), from 0 to 1.
///
/// With B = −ln ∫√(p₁·p₂), the Bhattacharyya distance, it is √(1 − exp(−B)). A metric; with ε = 0
/// unchanged under x → a·x + b. With ε = 0 it is 1 where a unit is constant on one side only, or on
/// both with different means: such distributions do not overlap. Source: Hellinger, "Neue
/// Begründung der Theorie quadratischer Formen von unendlichvielen Veränderlichen".
enum Hellinger: UnitMeasure {
  static let title = "Hellinger distance"
  static let unit = "0 to 1"
  static let definition = "√(1 − ∫√(p₁·p₂)) of Gaussians of variance σ² + ε"

  static func value(
    from reference: ReferenceUnit, mean: Double, variance: Double, epsilon: Double
  ) -> Double {
    let distance = Bhattacharyya.value(
      from: reference, mean: mean, variance: variance, epsilon: epsilon)
    // Of two constants at different places the distance is not infinite but NaN.
    let areConstant = reference.variance + epsilon == 0 && variance + epsilon == 0
    return areConstant && distance != 0 ? 1 : nonNegativeRoot(expm1(-distance))
  }
}
