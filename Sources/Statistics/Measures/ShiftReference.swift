/// The distribution that shifts are measured from, made ready for comparing many rows with it.
///
/// A unit whose mean or variance is not finite, or whose variance is negative, is NaN throughout,
/// so that no measure has a value for it.
public struct ShiftReference: Sendable {
  /// The constant ε that measures add to variances; batch norm's own.
  public let epsilon: Double
  private(set) var units: [ReferenceUnit]

  /// Batch norm's usual constant, for tensors that no batch norm reads.
  package static let defaultEpsilon = 1e-3

  /// Makes a reference of the mean and the biased variance of each unit, both [units].
  ///
  /// - Precondition: `mean.count == variance.count`; `epsilon` is finite and not negative.
  public init(mean: [Double], variance: [Double], epsilon: Double) {
    ShiftReference.checkEpsilon(epsilon)
    precondition(
      mean.count == variance.count,
      "A reference needs one variance for each mean, got \(mean.count) means and "
        + "\(variance.count) variances.")
    self.epsilon = epsilon
    units = zip(mean, variance).map {
      ReferenceUnit(mean: $0, variance: $1, epsilon: epsilon)
    }
  }

  /// Makes a reference of the moments that were stored for a tensor.
  ///
  /// - Precondition: `epsilon` is finite and not negative.
  public init(_ moments: FeatureMoments, epsilon: Double) {
    ShiftReference.checkEpsilon(epsilon)
    self.epsilon = epsilon
    units = Array(
      repeating: ReferenceUnit(mean: 0, variance: 0, epsilon: epsilon), count: moments.mean.count)
    replace(mean: moments.mean.span, variance: moments.variance.span)
  }

  /// Takes another row, both vectors [units], as the reference, without allocating.
  ///
  /// This is for references that change with every row, such as the previous step.
  /// - Precondition: the row has as many units as the reference.
  public mutating func replace(mean: Span<Float>, variance: Span<Float>) {
    checkWidth(mean: mean, variance: variance)
    let epsilon = epsilon
    let variance = variance.extracting(0..<mean.count)
    var units = units.mutableSpan
    for unit in 0..<mean.count {
      units[unit] = ReferenceUnit(
        mean: Double(mean[unit]), variance: Double(variance[unit]), epsilon: epsilon)
    }
  }

  /// Measures the shift of one row's units, [units] each, and sums it up, without allocating.
  ///
  /// `scratch` is room for one number per unit and is overwritten.
  /// - Precondition: the row and `scratch` have as many units as the reference.
  /// - Complexity: O(units) on average.
  public func summary(
    of measure: ShiftMeasure, by aggregate: UnitAggregate, mean: Span<Float>,
    variance: Span<Float>, scratch: inout MutableSpan<Double>
  ) -> UnitSummary {
    fill(&scratch, with: measure, mean: mean, variance: variance)
    return aggregate.summary(overwriting: &scratch)
  }

  /// Writes the shift of each unit into `values`, all [units]: not finite where it is undefined.
  func fill(
    _ values: inout MutableSpan<Double>, with measure: ShiftMeasure, mean: Span<Float>,
    variance: Span<Float>
  ) {
    checkWidth(mean: mean, variance: variance)
    precondition(
      values.count == mean.count,
      "Shifts of \(mean.count) units need room for as many numbers, got \(values.count).")
    measure.formula.fill(from: self, mean: mean, variance: variance, into: &values)
    guard !areSound(mean: mean, variance: variance) else { return }
    for unit in 0..<mean.count
    where !ReferenceUnit.isSound(mean: mean[unit], variance: variance[unit]) {
      values[unit] = .nan
    }
  }

  /// Stops the program if `epsilon` can't be added to a variance.
  static func checkEpsilon(_ epsilon: Double) {
    precondition(
      epsilon >= 0 && epsilon < .infinity,
      "Epsilon must be finite and not negative, got \(epsilon).")
  }

  private func checkWidth(mean: Span<Float>, variance: Span<Float>) {
    precondition(
      mean.count == units.count && variance.count == units.count,
      "A reference of \(units.count) units can't be compared with \(mean.count) means and "
        + "\(variance.count) variances.")
  }

  /// Whether the moments of all units are finite and no variance is negative.
  private func areSound(mean: Span<Float>, variance: Span<Float>) -> Bool {
    let variance = variance.extracting(0..<mean.count)
    // Looking at all units, rather than up to the first unsound one, can use vector instructions.
    var unsound: UInt32 = 0
    for unit in 0..<mean.count {
      unsound |= ReferenceUnit.isSound(mean: mean[unit], variance: variance[unit]) ? 0 : 1
    }
    return unsound == 0
  }
}
