/// The normalized W2 of each record from the pooled records of a window before it, median over units.
///
/// Unlike the shift since the start it does not grow with a steady drift, so that it shows a change of the drift.
public struct TrailingShift: Sendable {
  /// The default number of records in a window.
  public static let usualWindow = 50

  private let length: Int
  private var window: MovingMoments
  private var reference: ShiftReference
  private var scratch: [Double]

  /// Makes room for `window` records of `units` units.
  ///
  /// - Precondition: `window > 0`; `epsilon` is finite and not negative.
  public init(units: Int, window: Int = TrailingShift.usualWindow, epsilon: Double) {
    length = window
    self.window = MovingMoments(length: window, features: units)
    scratch = Array(repeating: 0, count: units)
    reference = ShiftReference(mean: scratch, variance: scratch, epsilon: epsilon)
  }

  /// Adds the next record, [units] each, and returns its distance from the window before it.
  ///
  /// - Returns: the distance; nil while the window is not full, where no unit has a distance, and for a record that is
  ///   not finite, which is skipped.
  /// - Precondition: the record has the number of units that this was made for.
  public mutating func shift(mean: [Float], variance: [Float]) -> Double? {
    precondition(
      mean.count == scratch.count && variance.count == scratch.count,
      "A record of \(mean.count) means and \(variance.count) variances is not one of \(scratch.count) units."
    )
    guard mean.allSatisfy(\.isFinite) && variance.allSatisfy(\.isFinite) else { return nil }
    let shift = window.batchCount == length ? distance(mean, variance) : nil
    // Each record weighs the same.
    window.add(FeatureMoments(count: 1, mean: mean, variance: variance))
    return shift
  }

  private mutating func distance(_ mean: [Float], _ variance: [Float]) -> Double? {
    let pooled = window.pooled
    let pooledMean = pooled.mean.map { Float($0) }
    let pooledVariance = (pooled.populationVariance ?? []).map { Float($0) }
    reference.replace(mean: pooledMean.span, variance: pooledVariance.span)
    let reference = reference
    var room = scratch.mutableSpan
    return reference.summary(
      of: .normalizedW2, by: .median, mean: mean.span, variance: variance.span, scratch: &room
    ).value
  }
}
