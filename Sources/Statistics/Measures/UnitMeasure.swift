/// The formula of a shift measure for a single unit, with its texts.
///
/// Both distributions are taken as Gaussians N(μ₁, σ₁²), the reference, and N(μ₂, σ₂²).
protocol UnitMeasure {
  /// The name for people.
  static var title: String { get }
  /// The unit of the values.
  static var unit: String { get }
  /// The formula in one line.
  static var definition: String { get }

  /// The shift of one unit with sound moments; NaN or infinite where the measure is undefined.
  static func value(
    from reference: ReferenceUnit, mean: Double, variance: Double, epsilon: Double
  ) -> Double

  /// Writes the shift of each unit from `reference` into `values`, all [units], by `value(from:)`.
  ///
  /// It is a requirement so that each measure has its own loop, into which its formula is inlined.
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
