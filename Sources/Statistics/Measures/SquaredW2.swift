/// The squared 2-Wasserstein distance of two Gaussians, W2² = (μ₂ − μ₁)² + (σ₂ − σ₁)².
///
/// Symmetric, 0 for equal moments, and in the squared unit of the tensor: nothing is normalized, so
/// x → a·x + b multiplies it by a². Defined for every unit with sound moments, also a constant one,
/// and for every ε. A lower bound of the true W2² (Gelbrich, "On a formula for the L² Wasserstein
/// metric between measures on Euclidean and Hilbert spaces").
enum SquaredW2: UnitMeasure {
  static let title = "squared W2"
  static let unit = "squared units of the tensor"
  static let definition = "(μ₂ − μ₁)² + (σ₂ − σ₁)²"

  @inline(__always)
  static func value(
    from reference: ReferenceUnit, mean: Double, variance: Double, epsilon: Double
  ) -> Double {
    let location = mean - reference.mean
    let scale = nonNegativeRoot(variance) - reference.standardDeviation
    return location * location + scale * scale
  }
}
