/// A measure of the distance of one unit's distribution from a reference, by histograms of both.
///
/// Unlike `ShiftMeasure` it assumes no Gaussian. It has no value for a unit with an empty histogram.
public enum HistogramMeasure: String, Sendable, CaseIterable {
  /// The Jensen–Shannon distance, from 0 to 1.
  case jensenShannon = "js_histogram"
  /// The population stability index, in nats.
  case populationStabilityIndex = "psi"
  /// The 1-Wasserstein distance, in units of the tensor.
  case wasserstein1 = "w1_histogram"
  /// The Kolmogorov–Smirnov statistic, from 0 to 1.
  case kolmogorovSmirnov = "ks"

  /// The name for people.
  public var title: String {
    switch self {
    case .jensenShannon: "Jensen–Shannon distance"
    case .populationStabilityIndex: "population stability index"
    case .wasserstein1: "binned W1"
    case .kolmogorovSmirnov: "Kolmogorov–Smirnov statistic"
    }
  }

  /// The unit of the values, such as "nats".
  public var unit: String {
    switch self {
    case .jensenShannon: "0 to 1, logarithms of base 2"
    case .populationStabilityIndex: "nats"
    case .wasserstein1: "units of the tensor"
    case .kolmogorovSmirnov: "0 to 1"
    }
  }

  /// The measure's formula in one line, for shares p of the reference and q in the bins.
  public var definition: String {
    switch self {
    case .jensenShannon: "√(KL(p‖m)/2 + KL(q‖m)/2), m = (p + q)/2"
    case .populationStabilityIndex: "Σ (q − p)·ln(q/p), a share of 0 counted as 0.0001"
    case .wasserstein1: "Σ |F_q − F_p|·width, numbers outside the edges moved to them"
    case .kolmogorovSmirnov: "max |F_q − F_p| at the edges"
    }
  }

  /// The shift of one unit.
  public func value(of shift: HistogramShift) -> Double {
    switch self {
    case .jensenShannon: shift.jensenShannonDistance
    case .populationStabilityIndex: shift.populationStabilityIndex().value
    case .wasserstein1: shift.wasserstein1
    case .kolmogorovSmirnov: shift.kolmogorovSmirnov
    }
  }
}
