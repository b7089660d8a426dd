import Glibc

/// The natural logarithm of the variance's ratio to the reference, ln((σ₂² + ε)/(σ₁² + ε)).
///
/// Positive where the variance grew; it flips its sign when the two distributions change places,
/// and does not depend on the means. Equal variances give 0 for every ε, also in constant units.
/// With ε = 0 a unit that is constant in just one of the two is infinite and so undefined.
enum LogVarianceRatio: UnitMeasure {
  static let title = "log variance ratio"
  static let unit = "ln units"
  static let definition = "ln((σ₂² + ε) / (σ₁² + ε)), signed"

  @inline(__always)
  static func value(
    from reference: ReferenceUnit, mean: Double, variance: Double, epsilon: Double
  ) -> Double {
    // Equal variances of 0 would be 0/0 without an ε.
    variance == reference.variance
      ? 0 : log((variance + epsilon) / (reference.variance + epsilon))
  }
}
