import Glibc

/// The maximum mean discrepancy of two Gaussians for the kernel exp(−(x − y)²/(2h²)).
///
/// The bandwidth h is the reference's standard deviation √(σ₁² + ε). In units of h, with
/// rᵢ = √(1 + 2σᵢ²), R² = (r₁² + r₂²)/2 and D = (r₂ − r₁)², its square is
/// 2·(1 − exp(−δ²/(2R²)))/R + D·(3·r₁·r₂ + D/2)/((R·(r₁ + r₂) + 2·r₁·r₂)·r₁·r₂·R): the part of the
/// location, and the part of the scale, 1/r₁ + 1/r₂ − 2/R without its cancellation. From 0 to 1.26; not
/// symmetric, as the reference sets the bandwidth, and with ε = 0 unchanged under x → a·x + b. A unit
/// that is constant in the reference has no bandwidth: it is undefined as normalized W2 is. Source:
/// Gretton et al., "A kernel two-sample test".
enum MaximumMeanDiscrepancy: UnitMeasure {
  static let title = "MMD"
  static let unit = "0 to 1.26"
  static let definition =
    "√(E k(X, X′) + E k(Y, Y′) − 2·E k(X, Y)) for k = exp(−(x − y)²/(2·(σ₁² + ε)))"

  static func value(
    from reference: ReferenceUnit, mean: Double, variance: Double, epsilon: Double
  ) -> Double {
    let location = mean - reference.mean
    let power1 = 1 + 2 * reference.variance * reference.precision
    let power2 = 1 + 2 * variance * reference.precision
    let root1 = nonNegativeRoot(power1)
    let root2 = nonNegativeRoot(power2)
    let middle = nonNegativeRoot((power1 + power2) / 2)
    let ofLocation =
      -2 / middle * expm1(-location * location * reference.precision / (power1 + power2))
    let difference = 2 * (variance - reference.variance) * reference.precision / (root1 + root2)
    let gap = difference * difference
    let product = root1 * root2
    let ofScale =
      gap * (3 * product + gap / 2)
      / ((middle * (root1 + root2) + 2 * product) * product * middle)
    return mean == reference.mean && variance == reference.variance
      ? 0 : nonNegativeRoot(ofLocation + ofScale)
  }
}
