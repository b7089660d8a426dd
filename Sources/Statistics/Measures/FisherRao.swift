import Glibc

/// The Fisher–Rao distance, the length of the shortest path between two Gaussians.
///
/// Length is measured by Fisher's information, ds² = (dμ² + 2dσ²)/σ², so that a step along the path
/// is √(2·KL). With v = σ² + ε and s = √v it is √2·arcosh(1 + (δ²/2 + (s₂ − s₁)²)/(2·s₁·s₂)),
/// computed as 2√2·arsinh(√((δ²/2 + (s₂ − s₁)²)/(s₁·s₂))/2). A metric; with ε = 0 unchanged under
/// x → a·x + b, and √2·|ln(s₂/s₁)| for equal means. With ε = 0 a unit that is constant on either
/// side is 0 if both moments are equal, otherwise undefined. Source: Atkinson and Mitchell, "Rao's
/// distance measure".
enum FisherRao: UnitMeasure {
  static let title = "Fisher–Rao distance"
  static let unit = "square roots of nats"
  static let definition = "the length of the geodesic between Gaussians of variance σ² + ε"

  static func value(
    from reference: ReferenceUnit, mean: Double, variance: Double, epsilon: Double
  ) -> Double {
    let location = mean - reference.mean
    let variance1 = reference.variance + epsilon
    let variance2 = variance + epsilon
    let scale = differenceOfDeviations(variance1, variance2)
    let product = nonNegativeRoot(variance1) * nonNegativeRoot(variance2)
    let ratio = (location * location / 2 + scale * scale) / product
    return mean == reference.mean && variance == reference.variance
      ? 0 : 8.0.squareRoot() * asinh(nonNegativeRoot(ratio) / 2)
  }
}
