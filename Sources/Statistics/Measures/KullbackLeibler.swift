/// KL(N(δ, v) ‖ N(0, w)), in nats: (v/w − 1 − ln(v/w) + δ²/w)/2, none of whose terms is negative.
///
/// Source: Kullback and Leibler, "On information and sufficiency". Infinite or NaN where v or w is
/// 0, even where both are.
private func divergence(location: Double, variance: Double, from reference: Double) -> Double {
  (ratioLessItsLogarithm(variance, reference) + location * location / reference) / 2
}

/// The Kullback–Leibler divergence of the current distribution from the reference, KL(2 ‖ 1).
///
/// The mean number of nats that an example of the current distribution costs in a code made for the
/// reference: large where the variance grew. With v = σ² + ε it is
/// (v₂/v₁ − 1 − ln(v₂/v₁) + (μ₂ − μ₁)²/v₁)/2. Not symmetric; with ε = 0 unchanged under
/// x → a·x + b. With ε = 0 a unit that is constant on either side is 0 if both moments are equal,
/// otherwise undefined.
enum ForwardKullbackLeibler: UnitMeasure {
  static let title = "KL of current from reference"
  static let unit = "nats"
  static let definition = "KL(2‖1) of Gaussians of variance σ² + ε"

  static func value(
    from reference: ReferenceUnit, mean: Double, variance: Double, epsilon: Double
  ) -> Double {
    mean == reference.mean && variance == reference.variance
      ? 0
      : divergence(
        location: mean - reference.mean, variance: variance + epsilon,
        from: reference.variance + epsilon)
  }
}

/// The Kullback–Leibler divergence of the reference from the current distribution, KL(1 ‖ 2).
///
/// The forward divergence with the sides exchanged: large where the variance shrank. Their sum is the
/// Jeffreys divergence. Unit, invariance and constant units are as there.
enum BackwardKullbackLeibler: UnitMeasure {
  static let title = "KL of reference from current"
  static let unit = "nats"
  static let definition = "KL(1‖2) of Gaussians of variance σ² + ε"

  static func value(
    from reference: ReferenceUnit, mean: Double, variance: Double, epsilon: Double
  ) -> Double {
    mean == reference.mean && variance == reference.variance
      ? 0
      : divergence(
        location: mean - reference.mean, variance: reference.variance + epsilon,
        from: variance + epsilon)
  }
}
