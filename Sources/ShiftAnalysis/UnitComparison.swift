import RunStore
import Statistics

/// Compares moments with a reference, measure by measure, in buffers that are used again.
struct UnitComparison {
  private let measures: [ShiftMeasure]
  private let aggregate: UnitAggregate
  private let epsilon: Double
  private var reference: ShiftReference
  private var scratch: [Double]
  private var derivedVariance: [Float]

  init(measures: [ShiftMeasure], aggregate: UnitAggregate, width: Int, epsilon: Double) {
    self.measures = measures
    self.aggregate = aggregate
    self.epsilon = epsilon
    let zeros = [Double](repeating: 0, count: width)
    reference = ShiftReference(mean: zeros, variance: zeros, epsilon: epsilon)
    scratch = zeros
    derivedVariance = [Float](repeating: 0, count: width)
  }

  /// Takes a step's moments as what the following ones are compared with.
  mutating func setReference(to moment: borrowing Moment, isDerived: Bool) {
    let (mean, variance) = units(of: moment, isDerived: isDerived)
    reference.replace(mean: mean.span, variance: variance.span)
  }

  /// The shift of a step's moments since the reference.
  mutating func point(
    of moment: borrowing Moment, isDerived: Bool, referenceStep: Int, floored: FlooredShift?
  ) -> ShiftSeries.Point {
    let (mean, variance) = units(of: moment, isDerived: isDerived)
    let (reference, aggregate) = (reference, aggregate)
    var values: [Double?] = []
    var excluded: [Int] = []
    for measure in measures {
      var room = scratch.mutableSpan
      let summary = reference.summary(
        of: measure, by: aggregate, mean: mean.span, variance: variance.span, scratch: &room)
      values.append(summary.value)
      excluded.append(summary.excluded)
    }
    return ShiftSeries.Point(
      step: moment.step, referenceStep: referenceStep, values: values, excludedUnits: excluded,
      floored: floored)
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
