/// A measure of the distance of one unit's sample from a reference sample, with a threshold by resampling.
package enum SampleMeasure: String, CaseIterable, Sendable {
  /// √((μ₂ − μ₁)² + (σ₂ − σ₁)²)/√(σ₁² + ε), of the moments.
  case normalizedW2 = "nw2"
  /// The Jensen–Shannon distance of the histograms.
  case jensenShannon = "js_histogram"
  /// The population stability index of the histograms.
  case populationStabilityIndex = "psi"
  /// The 1-Wasserstein distance of the histograms over √(σ₁² + ε).
  case normalizedW1 = "nw1_histogram"
  /// The Kolmogorov–Smirnov statistic at the edges of the histograms.
  case kolmogorovSmirnov = "ks"

  /// The formula, with the unit and the base of the logarithm, in one line.
  package var definition: String {
    switch self {
    case .normalizedW2: "√((μ₂ − μ₁)² + (σ₂ − σ₁)²) / √(σ₁² + ε), in reference sd"
    case .jensenShannon: "the root of the Jensen–Shannon divergence in base 2, 0 to 1"
    case .populationStabilityIndex:
      "Σ (q − p)·ln(q/p), natural logarithm, a share of 0 counted as 0.0001"
    case .normalizedW1:
      "1-Wasserstein distance of the middles of the bins / √(σ₁² + ε), in reference sd"
    case .kolmogorovSmirnov: "max |F_q − F_p| at the edges of the bins, 0 to 1"
    }
  }

  /// Whether the values are in standard deviations of the reference, so that a constant reference has none.
  var isInDeviations: Bool { self == .normalizedW2 || self == .normalizedW1 }
}
