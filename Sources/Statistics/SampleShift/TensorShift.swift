import Glibc

/// The distances of the units of a tensor from a reference sample, with thresholds by a permutation test.
///
/// Let u be the quantile, over random exchanges of examples, of one measure of one unit. The largest ratio of a measure
/// to its u, over all units and measures, has a quantile c of its own; c·u is the threshold. For samples of one
/// distribution the probability that any unit exceeds a threshold, the family-wise error, is then at most 1 − quantile:
/// the maximum statistic of Westfall and Young, "Resampling-based multiple testing".
package struct TensorShift: Sendable {
  /// The units that are finite throughout and vary; where one is constant in the reference, only its histograms are
  /// compared.
  package let units: [UnitShift]
  /// The units that are the same constant in both samples, which are not compared.
  package let constantUnits: [Int]
  /// The units with a NaN or an infinity in either sample.
  package let nonFiniteUnits: [Int]
  /// The constant ε that was added to the variances.
  package let epsilon: Double
  /// The largest ratio to a threshold; 0 where no unit can be compared.
  package var ratio: Double { units.map(\.ratio).max() ?? 0 }
  /// Whether the ratio of any unit is above 1.
  package var isDistinguishable: Bool { units.contains(where: \.isDistinguishable) }

  /// Compares two samples of one tensor.
  ///
  /// - Parameters:
  ///   - reference: the sample to compare with.
  ///   - target: the sample to compare.
  ///   - bins: the largest number of bins of a unit's histogram, 2 to 256.
  ///   - epsilon: the constant that is added to variances.
  ///   - plan: the exchanges of examples.
  /// - Precondition: both have the same units and positions, and the plan is for their numbers of examples.
  package init(
    from reference: TensorSample, to target: TensorSample, bins: Int, epsilon: Double,
    plan: ResamplingPlan
  ) {
    precondition(
      reference.units == target.units && reference.positions == target.positions,
      "Samples of \(reference.units) and \(target.units) units cannot be compared.")
    precondition(
      plan.referenceCount == reference.count && plan.targetCount == target.count,
      "A plan for \(plan.referenceCount) and \(plan.targetCount) examples is not one for \(reference.count) and \(target.count)."
    )
    var compared: [ComparedUnit] = []
    var (constant, nonFinite) = ([Int](), [Int]())
    for unit in 0..<reference.units {
      let columns = (reference: reference.column(unit), target: target.column(unit))
      let both = columns.reference + columns.target
      guard both.allSatisfy(\.isFinite) else {
        nonFinite.append(unit)
        continue
      }
      guard let binning = PooledBins(of: both, bins: bins) else {
        constant.append(unit)
        continue
      }
      compared.append(
        ComparedUnit(
          unit: unit, columns, positions: reference.positions, binning: binning, epsilon: epsilon,
          plan: plan))
    }
    let factor = plan.threshold(
      of: plan.draws.indices.map { draw in
        compared.reduce(0.0) { max($0, $1.largestRatio(draw: draw)) }
      })
    units = compared.map { $0.shift(thresholdFactor: factor) }
    constantUnits = constant
    nonFiniteUnits = nonFinite
    self.epsilon = epsilon
  }
}

/// One unit of both samples, and of all exchanges between them.
private struct ComparedUnit {
  /// The value of each measure, in the order of `SampleMeasure.allCases`.
  private typealias Values = [Double]

  private let unit: Int
  private let observed: Values
  private let meanShift: Double?
  private let logVarianceRatio: Double?
  private let stabilityIndex: PopulationStabilityIndex
  private let hasIndependentNumbers: Bool
  private let hasScale: Bool
  /// The values after each draw.
  private let resampled: [Values]
  /// The quantile of these values, for each measure.
  private let quantiles: Values

  init(
    unit: Int, _ columns: (reference: [Float], target: [Float]), positions: Int,
    binning: PooledBins, epsilon: Double, plan: ResamplingPlan
  ) {
    let reference = ComparedUnit.moments(of: columns.reference)
    let target = ComparedUnit.moments(of: columns.target)
    // A constant is no scale, though ε would make it one.
    hasScale = reference.variance > 0
    let scale = hasScale ? 1 / (reference.variance + epsilon).squareRoot() : 1
    let both = UnitSample(
      columns.reference + columns.target, positions: positions, binning: binning,
      center: reference.mean, scale: scale)
    // The edges stay in the unit's own numbers: less the mean, small ones beside a far outlier would be equal.
    let bins = Histogram(edges: binning.edges)
    let from = both.summary(of: 0..<plan.referenceCount)
    let to = both.summary(
      of: plan.referenceCount..<plan.referenceCount + plan.targetCount)
    let observed = ComparedUnit.compare(from, to, bins, scale: scale)
    self.unit = unit
    self.observed = observed.values
    stabilityIndex = observed.index
    hasIndependentNumbers = positions == 1
    meanShift = hasScale ? (target.mean - reference.mean) * scale : nil
    logVarianceRatio =
      hasScale ? log((target.variance + epsilon) / (reference.variance + epsilon)) : nil
    let resampled =
      [observed.values]
      + plan.draws.dropFirst().map { draw in
        let parts = both.split(draw, plan)
        return ComparedUnit.compare(parts.reference, parts.target, bins, scale: scale).values
      }
    self.resampled = resampled
    let hasScale = hasScale
    quantiles = SampleMeasure.allCases.enumerated().map { index, measure in
      hasScale || !measure.isInDeviations ? plan.threshold(of: resampled.map { $0[index] }) : 0
    }
  }

  /// The largest ratio of a measure to its quantile after a draw.
  func largestRatio(draw: Int) -> Double {
    zip(resampled[draw], quantiles).reduce(0) { largest, pair in
      pair.1 > 0 ? max(largest, pair.0 / pair.1) : largest
    }
  }

  /// The result, with the factor from quantiles to thresholds.
  func shift(thresholdFactor: Double) -> UnitShift {
    let measures = SampleMeasure.allCases
    let thresholds = zip(measures, quantiles).filter { $1 > 0 }.map { ($0, $1 * thresholdFactor) }
    let values = zip(measures, observed).filter { measure, _ in hasScale || !measure.isInDeviations
    }
    return UnitShift(
      unit: unit, values: Dictionary(uniqueKeysWithValues: values.map { ($0, $1) }),
      thresholds: Dictionary(uniqueKeysWithValues: thresholds), meanShift: meanShift,
      logVarianceRatio: logVarianceRatio, stabilityIndex: stabilityIndex,
      hasIndependentNumbers: hasIndependentNumbers)
  }

  /// The mean and the biased variance of a column; the variance of equal numbers is exactly 0.
  private static func moments(of column: [Float]) -> (mean: Double, variance: Double) {
    let count = Double(column.count)
    let mean = column.reduce(0.0) { $0 + Double($1) } / count
    return (mean, column.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count)
  }

  private static func compare(
    _ from: UnitSample.Summary, _ to: UnitSample.Summary, _ bins: Histogram, scale: Double
  ) -> (values: Values, index: PopulationStabilityIndex) {
    var (reference, target) = (bins, bins)
    reference.setCounts(from.counts, underflow: 0, overflow: 0)
    target.setCounts(to.counts, underflow: 0, overflow: 0)
    guard let shift = HistogramShift(from: reference, to: target) else {
      preconditionFailure("A sample of no numbers cannot be compared.")
    }
    let index = shift.populationStabilityIndex()
    let values = SampleMeasure.allCases.map { measure in
      switch measure {
      case .normalizedW2:
        let spread = to.variance.squareRoot() - from.variance.squareRoot()
        let location = to.mean - from.mean
        return (location * location + spread * spread).squareRoot()
      case .jensenShannon: return shift.jensenShannonDistance
      case .populationStabilityIndex: return index.value
      case .normalizedW1: return shift.wasserstein1 * scale
      case .kolmogorovSmirnov: return shift.kolmogorovSmirnov
      }
    }
    return (values, index)
  }
}
