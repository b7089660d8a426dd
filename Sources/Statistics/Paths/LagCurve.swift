/// The mean shift over each number of records from 1 on, feature by feature: a variogram.
///
/// d(L) is the mean of the shift from record j to record j + L over all j. Independent noise in each
/// record adds the same to all of d; drift makes it grow. Records must be evenly spaced. An
/// undefined shift makes its own feature NaN at that lag.
public struct LagCurve: Sendable {
  /// The averaged measure.
  public let measure: ShiftMeasure
  /// The constant that the measure adds to variances.
  public let epsilon: Double
  private var recent: [ShiftReference] = []
  private var sums: [[Double]]
  private var counts: [Int]

  /// Makes a curve of the lags from 1 to `longest`.
  ///
  /// - Precondition: `longest > 0`; `epsilon` is finite and not negative.
  public init(of measure: ShiftMeasure, longest: Int, features: Int, epsilon: Double) {
    precondition(longest > 0, "A lag curve needs a lag of 1 or more, got \(longest).")
    ShiftReference.checkEpsilon(epsilon)
    self.measure = measure
    self.epsilon = epsilon
    sums = Array(repeating: Array(repeating: 0, count: features), count: longest)
    counts = Array(repeating: 0, count: longest)
  }

  /// Adds the next record.
  ///
  /// - Precondition: `moments` has as many features as this curve.
  /// - Complexity: O(longest · features).
  public mutating func add(_ moments: FeatureMoments) {
    precondition(
      moments.mean.count == sums[0].count,
      "Moments of \(moments.mean.count) features cannot be added to \(sums[0].count) features.")
    for (index, earlier) in recent.enumerated() {
      let lag = recent.count - index
      let shifts = measure.shift(from: earlier, to: moments)
      for feature in shifts.indices { sums[lag - 1][feature] += shifts[feature] }
      counts[lag - 1] += 1
    }
    if recent.count == sums.count { recent.removeFirst() }
    recent.append(ShiftReference(moments, epsilon: epsilon))
  }

  /// The value d(L) of each feature; nil where no two records are that far apart.
  ///
  /// - Precondition: `lag` is from 1 to the longest.
  public func mean(atLag lag: Int) -> [Double]? {
    precondition(
      (1...sums.count).contains(lag), "The lag \(lag) is not from 1 to \(sums.count).")
    guard counts[lag - 1] > 0 else { return nil }
    return sums[lag - 1].map { $0 / Double(counts[lag - 1]) }
  }

  /// The nugget 2·d(1) − d(2) of each feature: d(0), if drift is a steady random walk.
  ///
  /// For squared W2 it estimates the sampling floor without ρ, and d(1) minus the nugget the drift of
  /// one record. It fails where the drift itself is white, as without batch norm: d is then flat and
  /// all of it counts as noise. nil below three records.
  public var nugget: [Double]? {
    guard sums.count > 1, let second = mean(atLag: 2), let first = mean(atLag: 1) else {
      return nil
    }
    return zip(first, second).map { 2 * $0 - $1 }
  }
}
