/// A measure of how far one unit's sample is from a reference sample, that has a threshold by resampling.
package enum SampleMeasure: String, CaseIterable, Sendable {
  /// √((μ₂ − μ₁)² + (σ₂ − σ₁)²)/√(σ₁² + ε), of the moments.
  case normalizedW2 = "nw2"
  /// The Jensen–Shannon distance of the histograms.
  case jensenShannon = "js"
  /// The population stability index of the histograms.
  case populationStabilityIndex = "psi"
  /// The 1-Wasserstein distance of the histograms over √(σ₁² + ε).
  case wasserstein1 = "w1"
  /// The Kolmogorov–Smirnov statistic at the edges of the histograms.
  case kolmogorovSmirnov = "ks"

  /// What it is, with its unit, in one line.
  package var definition: String {
    switch self {
    case .normalizedW2: "√((μ₂ − μ₁)² + (σ₂ − σ₁)²) / √(σ₁² + ε), reference sd"
    case .jensenShannon: "Jensen-Shannon distance, the root of the divergence in base 2, 0 to 1"
    case .populationStabilityIndex:
      "population stability index, natural logarithm, a share of 0 counts as 0.0001"
    case .wasserstein1: "1-Wasserstein distance over √(σ₁² + ε), reference sd, a lower bound"
    case .kolmogorovSmirnov: "Kolmogorov-Smirnov statistic at the edges of the bins, 0 to 1"
    }
  }

  /// Whether its values are in standard deviations of the reference, so that a constant reference has none.
  package var isInDeviations: Bool { self == .normalizedW2 || self == .wasserstein1 }
}
