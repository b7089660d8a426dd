/// A measure of the distance of one unit's distribution from a reference, by two moments of each.
///
/// The reference is N(μ₁, σ₁²), the current distribution N(μ₂, σ₂²); ε is batch norm's constant in all
/// measures. Units for which a measure is undefined are left out and counted, never dropped silently;
/// their value is NaN:
/// - a unit with a mean or variance that is not finite, or a negative variance, on either side;
/// - for the measures in reference sd and MMD, a unit constant in the reference that did not stay
///   the same;
/// - with ε = 0, a unit for which the logarithm, the divergence or the distance is infinite.
///
/// A unit constant in both windows with equal means is at 0 in every measure.
public enum ShiftMeasure: String, Sendable, CaseIterable {
  /// W2/√(σ₁² + ε), the distance in standard deviations of the reference.
  case normalizedW2 = "nw2"
  /// W2², in squared units of the tensor.
  case squaredW2 = "squared_w2"
  /// (μ₂ − μ₁)/√(σ₁² + ε), signed.
  case meanShift = "mean_shift"
  /// ln((σ₂² + ε)/(σ₁² + ε)), signed.
  case logVarianceRatio = "log_var_ratio"
  /// The Jeffreys divergence of Gaussians whose variances have ε added, in nats.
  case jeffreys
  /// W2, in units of the tensor.
  case w2
  /// The 1-Wasserstein distance, in units of the tensor.
  case w1
  /// The Kullback–Leibler divergence of the current distribution from the reference, in nats.
  case forwardKullbackLeibler = "kl_forward"
  /// The Kullback–Leibler divergence of the reference from the current distribution, in nats.
  case backwardKullbackLeibler = "kl_backward"
  /// The Jensen–Shannon divergence, in nats; the one measure without a closed form, and the slowest.
  case jensenShannon = "js"
  /// The Hellinger distance, from 0 to 1.
  case hellinger
  /// The Bhattacharyya distance, in nats.
  case bhattacharyya
  /// The energy distance, in square roots of units of the tensor.
  case energy
  /// The maximum mean discrepancy with a Gaussian kernel as wide as the reference.
  case maximumMeanDiscrepancy = "mmd"
  /// The Fisher–Rao distance, in square roots of nats.
  case fisherRao = "fisher_rao"

  /// The measures that are shown by default: a distance, its parts and a divergence.
  public static let standard: [ShiftMeasure] = [
    .normalizedW2, .squaredW2, .meanShift, .logVarianceRatio, .jeffreys,
  ]

  /// Whether the measure is symmetric and obeys the triangle inequality, so that no path is shorter
  /// than the distance from its start to its end.
  public var isMetric: Bool {
    switch self {
    case .w2, .w1, .hellinger, .energy, .fisherRao: true
    case .normalizedW2, .squaredW2, .meanShift, .logVarianceRatio, .jeffreys,
      .forwardKullbackLeibler, .backwardKullbackLeibler, .jensenShannon, .bhattacharyya,
      .maximumMeanDiscrepancy:
      false
    }
  }

  /// The name for people, such as "normalized W2".
  public var title: String { formula.title }

  /// The unit of the values, such as "nats".
  public var unit: String { formula.unit }

  /// The measure's formula in one line.
  public var definition: String { formula.definition }

  /// The shift of one unit from a reference, NaN where it is undefined.
  ///
  /// - Precondition: `epsilon` is finite and not negative.
  public func value(
    referenceMean: Double, referenceVariance: Double, mean: Double, variance: Double,
    epsilon: Double
  ) -> Double {
    ShiftReference.checkEpsilon(epsilon)
    guard ReferenceUnit.isSound(mean: mean, variance: variance) else { return .nan }
    let value = formula.value(
      from: ReferenceUnit(mean: referenceMean, variance: referenceVariance, epsilon: epsilon),
      mean: mean, variance: variance, epsilon: epsilon)
    return value.isFinite ? value : .nan
  }

  /// The one place where a measure meets its formula.
  var formula: any UnitMeasure.Type {
    switch self {
    case .normalizedW2: NormalizedW2.self
    case .squaredW2: SquaredW2.self
    case .meanShift: MeanShift.self
    case .logVarianceRatio: LogVarianceRatio.self
    case .jeffreys: Jeffreys.self
    case .w2: W2.self
    case .w1: W1.self
    case .forwardKullbackLeibler: ForwardKullbackLeibler.self
    case .backwardKullbackLeibler: BackwardKullbackLeibler.self
    case .jensenShannon: JensenShannon.self
    case .hellinger: Hellinger.self
    case .bhattacharyya: Bhattacharyya.self
    case .energy: EnergyDistance.self
    case .maximumMeanDiscrepancy: MaximumMeanDiscrepancy.self
    case .fisherRao: FisherRao.self
    }
  }
}
