/// The Jeffreys divergence, the sum of the Kullback–Leibler divergences both ways, in nats.
///
/// With v = σ² + ε it is [(v₁ + δ²)/v₂ + (v₂ + δ²)/v₁]/2 − 1 for δ = μ₂ − μ₁, computed in the equal
/// form ((v₂ − v₁)² + δ²·(v₁ + v₂))/(2·v₁·v₂), which loses nothing to cancellation for small
/// shifts. Symmetric, 0 for equal moments, and with ε = 0 unchanged under x → a·x + b. ε keeps it
/// finite for a constant unit; with ε = 0 such a unit is 0 if both its moments are equal, otherwise
/// undefined.
enum Jeffreys: UnitMeasure {
  static let title = "Jeffreys divergence"
  static let unit = "nats"
  static let definition = "KL(1‖2) + KL(2‖1) of Gaussians of variance σ² + ε"

  @inline(__always)
  static func value(
    from reference: ReferenceUnit, mean: Double, variance: Double, epsilon: Double
  ) -> Double {
    let location = mean - reference.mean
    let variance1 = reference.variance + epsilon
    let variance2 = variance + epsilon
    let difference = variance2 - variance1
    let divergence =
      (difference * difference + location * location * (variance1 + variance2))
      / (2 * variance1 * variance2)
    return mean == reference.mean && variance == reference.variance ? 0 : divergence
  }
}
