import RunModel
import Statistics

/// Compares moments with a reference, measure by measure, in buffers that it reuses.
struct UnitComparison {
  private let measures: [ShiftMeasure]
  private let aggregate: UnitAggregate
  /// The place of the units that are compared.
  private let units: Range<Int>
  private let epsilon: Double
  private var reference: ShiftReference
  private var scratch: [Double]
  private var derivedVariance: [Float]

  /// Compares tensors of `width` units, or only their unit `unit`, which counts from 1.
  init(
    measures: [ShiftMeasure], aggregate: UnitAggregate, width: Int, unit: Int?, epsilon: Double
  ) {
    self.measures = measures
    self.aggregate = aggregate
    units = unit.map { $0 - 1..<$0 } ?? 0..<width
    self.epsilon = epsilon
    let zeros = [Double](repeating: 0, count: units.count)
    reference = ShiftReference(mean: zeros, variance: zeros, epsilon: epsilon)
    scratch = zeros
    derivedVariance = [Float](repeating: 0, count: width)
  }

  /// Compares the moments that follow with these.
  mutating func setReference(to moment: borrowing Moment, isDerived: Bool) {
    if isDerived {
      deriveVariance(of: moment)
      let variance = derivedVariance
      reference.replace(
        mean: moment.beta.span.extracting(units), variance: variance.span.extracting(units))
    } else {
      reference.replace(
        mean: moment.mean.span.extracting(units), variance: moment.variance.span.extracting(units))
    }
  }

  /// Compares the moments that follow with these.
  mutating func setReference(to moments: FeatureMoments) {
    reference.replace(
      mean: moments.mean.span.extracting(units), variance: moments.variance.span.extracting(units))
  }

  /// Appends the shift of a step's moments since the reference by each measure.
  mutating func appendShifts(
    of moment: borrowing Moment, isDerived: Bool, to summaries: inout [UnitSummary]
  ) {
    if isDerived { deriveVariance(of: moment) }
    let derivedVariance = derivedVariance
    for measure in measures {
      summaries.append(
        isDerived
          ? UnitComparison.summary(
            of: measure, by: aggregate, from: reference, mean: moment.beta.span.extracting(units),
            variance: derivedVariance.span.extracting(units), scratch: &scratch)
          : UnitComparison.summary(
            of: measure, by: aggregate, from: reference, mean: moment.mean.span.extracting(units),
            variance: moment.variance.span.extracting(units), scratch: &scratch))
    }
  }

  private static func summary(
    of measure: ShiftMeasure, by aggregate: UnitAggregate, from reference: borrowing ShiftReference,
    mean: Span<Float>, variance: Span<Float>, scratch: inout [Double]
  ) -> UnitSummary {
    var room = scratch.mutableSpan
    return reference.summary(
      of: measure, by: aggregate, mean: mean, variance: variance, scratch: &room)
  }

  /// Computes the variance of batch norm's output from the moments of its input.
  private mutating func deriveVariance(of moment: borrowing Moment) {
    let epsilon = epsilon
    var output = derivedVariance.mutableSpan
    NormalizedMoments.fillVariance(
      input: moment.variance.span, gamma: moment.gamma.span, epsilon: epsilon, output: &output)
  }
}
