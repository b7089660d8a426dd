/// The normalized W2 of each record from the pooled records of a window before it, median over units.
///
/// Unlike the shift since the start it does not grow with a steady drift, so that a change of course shows in it.
public struct TrailingShift: Sendable {
  private let window: Int
  private var means: [[Float]] = []
  private var variances: [[Float]] = []
  private var oldest = 0
  /// Σ mean and Σ (variance + mean²) over the window, [units].
  private var sums: [Double]
  private var squares: [Double]
  private var pooledMean: [Float]
  private var pooledVariance: [Float]
  private var reference: ShiftReference
  private var scratch: [Double]

  /// Makes room for `window` records of `units` units.
  ///
  /// - Precondition: `window > 0`; `epsilon` is finite and not negative.
  public init(units: Int, window: Int = 50, epsilon: Double) {
    precondition(window > 0, "A window needs a record or more, got \(window).")
    self.window = window
    sums = Array(repeating: 0, count: units)
    squares = sums
    scratch = sums
    pooledMean = Array(repeating: 0, count: units)
    pooledVariance = pooledMean
    reference = ShiftReference(mean: sums, variance: sums, epsilon: epsilon)
  }

  /// Takes the next record, [units] each, and tells how far it is from the window before it.
  ///
  /// - Returns: nil while the window is not full, where no unit has a distance, and for a record that is not finite,
  ///   which is passed over.
  /// - Precondition: it has as many units as this.
  public mutating func shift(mean: [Float], variance: [Float]) -> Double? {
    precondition(
      mean.count == sums.count && variance.count == sums.count,
      "A record of \(mean.count) means and \(variance.count) variances is not one of \(sums.count) units."
    )
    guard mean.allSatisfy(\.isFinite) && variance.allSatisfy(\.isFinite) else { return nil }
    guard means.count == window else {
      means.append(mean)
      variances.append(variance)
      add(mean, variance, sign: 1)
      return nil
    }
    let shift = distance(mean, variance)
    add(means[oldest], variances[oldest], sign: -1)
    add(mean, variance, sign: 1)
    means[oldest] = mean
    variances[oldest] = variance
    oldest = (oldest + 1) % window
    return shift
  }

  private mutating func distance(_ mean: [Float], _ variance: [Float]) -> Double? {
    for unit in sums.indices {
      let pooled = sums[unit] / Double(window)
      pooledMean[unit] = Float(pooled)
      pooledVariance[unit] = Float(max(0, squares[unit] / Double(window) - pooled * pooled))
    }
    // Named, as the compiler takes parts of self that are used at once for an overlap.
    let (pooledMean, pooledVariance) = (pooledMean, pooledVariance)
    reference.replace(mean: pooledMean.span, variance: pooledVariance.span)
    let reference = reference
    var room = scratch.mutableSpan
    return reference.summary(
      of: .normalizedW2, by: .median, mean: mean.span, variance: variance.span, scratch: &room
    ).value
  }

  private mutating func add(_ mean: [Float], _ variance: [Float], sign: Double) {
    for unit in sums.indices {
      let value = Double(mean[unit])
      sums[unit] += sign * value
      squares[unit] += sign * (Double(variance[unit]) + value * value)
    }
  }
}
