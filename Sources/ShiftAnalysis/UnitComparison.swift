import RunStore
import Statistics

/// Compares moments with a reference, measure by measure, in buffers that are used again.
struct UnitComparison {
  private let measures: [ShiftMeasure]
  private let aggregate: UnitAggregate
  private let epsilon: Double
  private var reference: ShiftReference
  private var scratch: [Double]
  private let noneExcluded: [Int]
  private var derivedVariance: [Float]

  init(measures: [ShiftMeasure], aggregate: UnitAggregate, width: Int, epsilon: Double) {
    self.measures = measures
    self.aggregate = aggregate
    self.epsilon = epsilon
    let zeros = [Double](repeating: 0, count: width)
    reference = ShiftReference(mean: zeros, variance: zeros, epsilon: epsilon)
    scratch = zeros
    noneExcluded = measures.map { _ in 0 }
    derivedVariance = [Float](repeating: 0, count: width)
  }

  /// Takes a step's moments as what the following ones are compared with.
  mutating func setReference(to moment: borrowing Moment, isDerived: Bool) {
    let (mean, variance) = units(of: moment, isDerived: isDerived)
    reference.replace(mean: mean.span, variance: variance.span)
  }

  /// Takes other moments as what the following ones are compared with.
  mutating func setReference(to moments: FeatureMoments) {
    reference.replace(mean: moments.mean.span, variance: moments.variance.span)
  }

  /// The shift of a step's moments since the reference.
  mutating func point(
    of moment: borrowing Moment, isDerived: Bool, referenceStep: Int, floored: FlooredShift?
  ) -> ShiftSeries.Point {
    let (mean, variance) = units(of: moment, isDerived: isDerived)
    var values: [Double?] = []
    values.reserveCapacity(measures.count)
    // Shared by nearly all points.
    var excluded = noneExcluded
    for index in measures.indices {
      let summary = UnitComparison.summary(
        of: measures[index], by: aggregate, from: reference, mean: mean, variance: variance,
        scratch: &scratch)
      values.append(summary.value)
      if summary.excluded > 0 { excluded[index] = summary.excluded }
    }
    return ShiftSeries.Point(
      step: moment.step, referenceStep: referenceStep, values: values, excludedUnits: excluded,
      floored: floored)
  }

  private static func summary(
    of measure: ShiftMeasure, by aggregate: UnitAggregate, from reference: ShiftReference,
    mean: [Float], variance: [Float], scratch: inout [Double]
  ) -> UnitSummary {
    var room = scratch.mutableSpan
    return reference.summary(
      of: measure, by: aggregate, mean: mean.span, variance: variance.span, scratch: &room)
  }

  private mutating func units(of moment: borrowing Moment, isDerived: Bool) -> (
    mean: [Float], variance: [Float]
  ) {
    guard isDerived else { return (moment.mean, moment.variance) }
    let epsilon = epsilon
    var output = derivedVariance.mutableSpan
    NormalizedMoments.fillVariance(
      input: moment.variance.span, gamma: moment.gamma.span, epsilon: epsilon, output: &output)
    return (moment.beta, derivedVariance)
  }
}
