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

  /// Makes the unit with these moments; all NaN, so that no measure has a value, if one is unsound.
  @inline(__always)
  init(mean: Double, variance: Double, epsilon: Double) {
    let isSound = ReferenceUnit.isSound(mean: mean, variance: variance)
    self.mean = isSound ? mean : .nan
    self.variance = isSound ? variance : .nan
    standardDeviation = isSound ? abs(variance).squareRoot() : .nan
    precision = variance > 0 ? 1 / (variance + epsilon) : .nan
  }

  /// Whether both moments are finite and the variance is not negative.
  @inline(__always)
  static func isSound<Moment: BinaryFloatingPoint>(mean: Moment, variance: Moment) -> Bool {
    // Each term is 0 if its moment is sound, otherwise positive or NaN: one comparison, no branches.
    (mean - mean) + (variance.magnitude - variance) == 0
  }
}

/// The formula of a shift measure for a single unit, and the words for it.
///
/// Both distributions are taken as Gaussians N(μ₁, σ₁²), the reference, and N(μ₂, σ₂²).
protocol UnitMeasure {
  /// The name for people.
  static var title: String { get }
  /// The unit of the values.
  static var unit: String { get }
  /// What the measure is, in one line.
  static var definition: String { get }

  /// The shift of one unit with sound moments; NaN or infinite where the measure is undefined.
  static func value(
    from reference: ReferenceUnit, mean: Double, variance: Double, epsilon: Double
  ) -> Double

  /// Writes the shift of each unit from `reference` into `values`, all [units], by `value(from:)`.
  ///
  /// A requirement only so that each measure has its own loop, into which its formula is inlined.
  static func fill(
    from reference: ShiftReference, mean: Span<Float>, variance: Span<Float>,
    into values: inout MutableSpan<Double>
  )
}

extension UnitMeasure {
  static func fill(
    from reference: ShiftReference, mean: Span<Float>, variance: Span<Float>,
    into values: inout MutableSpan<Double>
  ) {
    let units = mean.count
    let epsilon = reference.epsilon
    // Slices of one length let the compiler drop the bounds checks and use vector instructions.
    let reference = reference.units.span.extracting(0..<units)
    let variance = variance.extracting(0..<units)
    for unit in 0..<units {
      values[unit] = value(
        from: reference[unit], mean: Double(mean[unit]), variance: Double(variance[unit]),
        epsilon: epsilon)
    }
  }
}
