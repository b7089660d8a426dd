/// One unit of the distribution that a shift is measured from.
struct ReferenceUnit: Sendable {
  /// The mean μ₁.
  let mean: Double
  /// The biased variance σ₁².
  let variance: Double
  /// The standard deviation σ₁.
  let standardDeviation: Double
  /// 1/(σ₁² + ε); NaN for a unit that is constant, which has no scale.
  let precision: Double

  /// Makes the unit with these moments; if one is unsound, all are NaN, so that no measure has a value.
  @inline(__always)
  init(mean: Double, variance: Double, epsilon: Double) {
    let isSound = ReferenceUnit.isSound(mean: mean, variance: variance)
    self.mean = isSound ? mean : .nan
    self.variance = isSound ? variance : .nan
    standardDeviation = isSound ? nonNegativeRoot(variance) : .nan
    precision = variance > 0 ? 1 / (variance + epsilon) : .nan
  }

  /// Whether both moments are finite and the variance is not negative.
  @inline(__always)
  static func isSound<Moment: BinaryFloatingPoint>(mean: Moment, variance: Moment) -> Bool {
    // Each term is 0 if its moment is sound, otherwise positive or NaN: one comparison, no
    // branches.
    (mean - mean) + (variance.magnitude - variance) == 0
  }
}

/// √x of an x that is not negative, in a form for which the compiler uses vector instructions.
///
/// Where x could be negative, `squareRoot()` becomes a call of the C library, for its errno.
@inline(__always)
func nonNegativeRoot(_ x: Double) -> Double {
  abs(x).squareRoot()
}
