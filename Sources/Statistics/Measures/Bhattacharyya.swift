import Glibc

/// The Bhattacharyya distance −ln ∫√(p₁·p₂), in nats.
///
/// With v = σ² + ε and s = √v it is δ²/(4·(v₁ + v₂)) + ln(1 + (s₂ − s₁)²/(2·s₁·s₂))/2, which loses
/// nothing to cancellation. Symmetric, no metric, and with ε = 0 unchanged under x → a·x + b. With
/// ε = 0 a unit that is constant on either side is 0 if both moments are equal, otherwise
/// undefined. Source: Bhattacharyya, "On a measure of divergence between two statistical
/// populations". Some libraries give this name to 1 − ∫√(p₁·p₂), Hellinger's square.
enum Bhattacharyya: UnitMeasure {
  static let title = "Bhattacharyya distance"
  static let unit = "nats"
  static let definition = "−ln ∫√(p₁·p₂) of Gaussians of variance σ² + ε"

  static func value(
    from reference: ReferenceUnit, mean: Double, variance: Double, epsilon: Double
  ) -> Double {
    let location = mean - reference.mean
    let variance1 = reference.variance + epsilon
    let variance2 = variance + epsilon
    let scale = differenceOfDeviations(variance1, variance2)
    let product = nonNegativeRoot(variance1) * nonNegativeRoot(variance2)
    let distance =
      location * location / (4 * (variance1 + variance2))
      + log1p(scale * scale / (2 * product)) / 2
    return mean == reference.mean && variance == reference.variance ? 0 : distance
  }
}
