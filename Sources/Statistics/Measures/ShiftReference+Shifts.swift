extension ShiftReference {
  /// The aggregated shift of one row's units, [units] each, computed without allocating.
  ///
  /// `scratch` has room for one number per unit and is overwritten.
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

extension ShiftMeasure {
  /// The shift of each unit from `reference` to `current`, [units], NaN where it is undefined.
  ///
  /// - Precondition: both have the same number of units; `epsilon` is finite and not negative.
  public func shift(
    from reference: FeatureMoments, to current: FeatureMoments, epsilon: Double
  ) -> [Double] {
    shift(from: ShiftReference(reference, epsilon: epsilon), to: current)
  }

  /// The shift of each unit from `reference` to `current`, [units], NaN where it is undefined.
  ///
  /// - Precondition: both have the same number of units.
  func shift(from reference: ShiftReference, to current: FeatureMoments) -> [Double] {
    var values = [Double](repeating: 0, count: current.mean.count)
    var span = values.mutableSpan
    reference.fill(
      &span, with: self, mean: current.mean.span, variance: current.variance.span)
    span.replaceEach { $0.isFinite ? $0 : .nan }
    return values
  }
}
