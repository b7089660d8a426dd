import Glibc

/// How far the units of a tensor are from a reference sample, with thresholds from resamples of the reference alone.
///
/// u is the quantile, over the resamples, of a measure of a unit. The largest measure over u, of all units and measures,
/// has a quantile c of its own; c·u is the threshold. So, of samples of one distribution, all units together exceed
/// their thresholds in the share of cases that the quantile leaves: the family-wise error (Westfall and Young 1993).
package struct TensorShift: Sendable {
  /// The units that vary in the reference and are finite throughout.
  package let units: [UnitShift]
  /// The units that are constant in the reference, and so have no scale.
  package let constantUnits: [Int]
  /// How many of those are not the same constant in the target.
  package let changedConstantCount: Int
  /// The units with a NaN or an infinity in either sample.
  package let nonFiniteUnits: [Int]
  /// The ε that was added to the variances.
  package let epsilon: Double
  /// The largest ratio to a threshold; 0 where no unit can be compared.
  package var ratio: Double { units.map(\.ratio).max() ?? 0 }
  /// Whether any unit's is above 1.
  package var isDistinguishable: Bool { units.contains(where: \.isDistinguishable) }

  /// Compares two samples of one tensor.
  ///
  /// - Parameters:
  ///   - reference: what it is compared with.
  ///   - target: what is compared.
  ///   - bins: the most bins that a unit's histogram has, 2 to 256.
  ///   - epsilon: what is added to variances.
  ///   - plan: how the reference is resampled.
  /// - Precondition: both have the same units and positions, and the plan is for their numbers of examples.
  package init(
    from reference: TensorSample, to target: TensorSample, bins: Int, epsilon: Double,
    plan: ResamplingPlan
  ) {
    precondition(
      reference.units == target.units && reference.positions == target.positions,
      "Samples of \(reference.units) and \(target.units) units can't be compared.")
    var compared: [ComparedUnit] = []
    var (constant, nonFinite, changedCount) = ([Int](), [Int](), 0)
    for unit in 0..<reference.units {
      let first = reference.column(unit)
      let second = target.column(unit)
      guard (first + second).allSatisfy(\.isFinite) else {
        nonFinite.append(unit)
        continue
      }
      guard let binning = ReferenceBins(of: first, bins: bins) else {
        constant.append(unit)
        changedCount += second.contains { $0 != first[0] } ? 1 : 0
        continue
      }
      compared.append(
        ComparedUnit(
          unit: unit, first, second, positions: reference.positions, binning: binning,
          epsilon: epsilon, plan: plan))
    }
    let factor = TensorShift.quantile(
      plan.quantile,
      of: (0..<plan.count).map { draw in
        compared.map { $0.largestRatio(draw: draw) }.max() ?? 0
      })
    units = compared.map { $0.shift(thresholdFactor: factor) }
    constantUnits = constant
    changedConstantCount = changedCount
    nonFiniteUnits = nonFinite
    self.epsilon = epsilon
  }

  /// The quantile of numbers, by linear interpolation.
  fileprivate static func quantile(_ probability: Double, of numbers: [Double]) -> Double {
    var numbers = numbers
    var span = numbers.mutableSpan
    return span.quantile(probability, ofFirst: span.count)
  }
}

/// One unit of both samples, and of every resample.
private struct ComparedUnit {
  /// The value of each measure, in the order of `SampleMeasure.allCases`.
  private typealias Values = [Double]

  private let unit: Int
  private let observed: Values
  private let meanShift: Double
  private let logVarianceRatio: Double
  private let stabilityIndex: PopulationStabilityIndex
  private let hasIndependentNumbers: Bool
  /// The values of each resample.
  private let resampled: [Values]
  /// Their quantile, for each measure.
  private let quantiles: Values

  init(
    unit: Int, _ first: [Float], _ second: [Float], positions: Int, binning: ReferenceBins,
    epsilon: Double, plan: ResamplingPlan
  ) {
    let center = first.reduce(0.0) { $0 + Double($1) } / Double(first.count)
    let variance =
      first.reduce(0.0) { $0 + (Double($1) - center) * (Double($1) - center) } / Double(first.count)
    let scale = 1 / (variance + epsilon).squareRoot()
    func sample(_ column: [Float]) -> UnitSample {
      UnitSample(column, positions: positions, binning: binning, center: center, scale: scale)
    }
    // From here on lengths are in standard deviations of the reference.
    let edges = binning.edges.map { ($0 - center) * scale }
    let reference = sample(first)
    let (from, to) = (reference.summary, sample(second).summary)
    let observed = ComparedUnit.compare(from, to, edges)
    self.unit = unit
    self.observed = observed.values
    stabilityIndex = observed.index
    hasIndependentNumbers = positions == 1
    meanShift = to.mean - from.mean
    let scaledEpsilon = epsilon * scale * scale
    logVarianceRatio = log((to.variance + scaledEpsilon) / (from.variance + scaledEpsilon))
    let resampled = (0..<plan.count).map { draw in
      ComparedUnit.compare(
        reference.summary(of: plan.references[draw]), reference.summary(of: plan.targets[draw]),
        edges
      ).values
    }
    self.resampled = resampled
    quantiles = self.observed.indices.map { measure in
      TensorShift.quantile(plan.quantile, of: resampled.map { $0[measure] })
    }
  }

  /// The largest of the measures of a resample, each over its quantile.
  func largestRatio(draw: Int) -> Double {
    zip(resampled[draw], quantiles).reduce(0) { largest, pair in
      pair.1 > 0 ? max(largest, pair.0 / pair.1) : largest
    }
  }

  /// What came of it, with the factor that quantiles become thresholds by.
  func shift(thresholdFactor: Double) -> UnitShift {
    let measures = SampleMeasure.allCases
    let thresholds = zip(measures, quantiles).filter { $1 > 0 }.map { ($0, $1 * thresholdFactor) }
    return UnitShift(
      unit: unit, values: Dictionary(uniqueKeysWithValues: zip(measures, observed)),
      thresholds: Dictionary(uniqueKeysWithValues: thresholds), meanShift: meanShift,
      logVarianceRatio: logVarianceRatio, stabilityIndex: stabilityIndex,
      hasIndependentNumbers: hasIndependentNumbers)
  }

  private static func compare(
    _ from: UnitSample.Summary, _ to: UnitSample.Summary, _ edges: [Double]
  ) -> (values: Values, index: PopulationStabilityIndex) {
    guard
      let shift = HistogramShift(
        from: Histogram(edges: edges, counts: from.counts),
        to: Histogram(edges: edges, counts: to.counts))
    else { preconditionFailure("A sample of no numbers can't be compared.") }
    let index = shift.populationStabilityIndex()
    let values = SampleMeasure.allCases.map { measure in
      switch measure {
      case .normalizedW2:
        let spread = to.variance.squareRoot() - from.variance.squareRoot()
        let location = to.mean - from.mean
        return (location * location + spread * spread).squareRoot()
      case .jensenShannon: return shift.jensenShannonDistance
      case .populationStabilityIndex: return index.value
      case .wasserstein1: return shift.wasserstein1
      case .kolmogorovSmirnov: return shift.kolmogorovSmirnov
      }
    }
    return (values, index)
  }
}
