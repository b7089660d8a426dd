/// The distribution that shifts are measured from, prepared for comparison with many rows.
///
/// A unit whose mean or variance is not finite, or whose variance is negative, is NaN throughout,
/// so that no measure has a value for it.
public struct ShiftReference: Sendable {
  /// The constant ε that measures add to variances; batch norm's own.
  public let epsilon: Double
  private(set) var units: [ReferenceUnit]

  /// The usual ε of batch norm: of configurations that set none, and of tensors that no batch norm reads.
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

  /// Makes a reference of the stored moments of a tensor.
  ///
  /// - Precondition: `epsilon` is finite and not negative.
  public init(_ moments: FeatureMoments, epsilon: Double) {
    ShiftReference.checkEpsilon(epsilon)
    self.epsilon = epsilon
    units = Array(
      repeating: ReferenceUnit(mean: 0, variance: 0, epsilon: epsilon), count: moments.mean.count)
    replace(mean: moments.mean.span, variance: moments.variance.span)
  }

  /// Replaces the reference by another row, both vectors [units], without allocating.
  ///
  /// For references that change with every row, such as the previous step.
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

  /// Stops the program unless `epsilon` is finite and not negative.
  static func checkEpsilon(_ epsilon: Double) {
    precondition(
      epsilon >= 0 && epsilon < .infinity,
      "Epsilon must be finite and not negative, got \(epsilon).")
  }

  func checkWidth(mean: Span<Float>, variance: Span<Float>) {
    precondition(
      mean.count == units.count && variance.count == units.count,
      "A reference of \(units.count) units cannot be compared with \(mean.count) means and "
        + "\(variance.count) variances.")
  }
}
