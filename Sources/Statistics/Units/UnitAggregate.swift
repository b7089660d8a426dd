/// An aggregate of a measure over the units of a tensor.
///
/// Units whose value is not finite are left out and counted. The median and the mean keep the signs
/// of a signed measure, so that shifts in opposite directions cancel; the 90th percentile, the
/// maximum and the root mean square are taken of the magnitudes.
public enum UnitAggregate: String, Sendable, CaseIterable {
  /// The median of the values.
  case median
  /// The arithmetic mean of the values.
  case mean
  /// The 90th percentile of the magnitudes.
  case p90
  /// The largest magnitude.
  case max
  /// The square root of the mean of the squares.
  case rms

  /// Aggregates `values`, [units].
  ///
  /// Quantiles interpolate linearly between order statistics: type 7 of Hyndman and Fan, "Sample
  /// quantiles in statistical packages", the default of R and NumPy.
  public func summary(of values: [Double]) -> UnitSummary {
    var values = values
    var span = values.mutableSpan
    return summary(overwriting: &span)
  }

  /// Aggregates `values`, [units], without allocating; their values and order change.
  ///
  /// - Complexity: O(units) on average.
  public func summary(overwriting values: inout MutableSpan<Double>) -> UnitSummary {
    let units = values.count
    var total = values.span.total
    var kept = units
    // A NaN or an infinity shows in the total, so the usual row is not searched for them.
    if !total.isFinite {
      kept = values.moveFiniteToFront()
      total = values.span.extracting(first: kept).total
    }
    guard kept > 0 else { return UnitSummary(value: nil, excluded: units) }
    let value: Double
    switch self {
    case .median:
      value = values.quantile(0.5, ofFirst: kept)
    case .mean:
      value = total / Double(kept)
    case .p90:
      values.replaceEach(abs)
      value = values.quantile(0.9, ofFirst: kept)
    case .max:
      value = values.span.extracting(first: kept).largestMagnitude
    case .rms:
      values.replaceEach { $0 * $0 }
      value = (values.span.extracting(first: kept).total / Double(kept)).squareRoot()
    }
    return UnitSummary(value: value, excluded: units - kept)
  }
}
