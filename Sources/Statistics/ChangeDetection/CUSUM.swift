/// The cumulative sum of deviations above the running mean, which detects a rising mean.
///
/// With x̄ the mean since the start, x included, S ← max(0, S + x − x̄ − tolerance); it changed when
/// S exceeds the threshold. Tolerance and threshold are in the unit of the series. Source: Page,
/// "Continuous inspection schemes", as in the library frouros. Its default threshold of 50 suits
/// error rates of thousands of examples: shifts in standard deviations never reach it.
public struct CUSUM: ChangeDetector {
  private let tolerance: Double
  private let threshold: Double
  private let minimumCount: Int
  private var mean = RunningMean()
  private var sum = 0.0

  /// Makes a detector with frouros's defaults.
  ///
  /// No change is reported before `minimumCount` numbers.
  /// - Precondition: `threshold` is not negative.
  public init(tolerance: Double = 0.005, threshold: Double = 50, minimumCount: Int = 30) {
    precondition(threshold >= 0, "A threshold cannot be negative, got \(threshold).")
    self.tolerance = tolerance
    self.threshold = threshold
    self.minimumCount = minimumCount
  }

  /// Adds the next number, and returns whether the series has changed.
  public mutating func hasChanged(with value: Double) -> Bool {
    guard value.isFinite else { return false }
    mean.add(value)
    sum = max(0, sum + value - mean.value - tolerance)
    guard mean.count >= minimumCount && sum > threshold else { return false }
    self = CUSUM(tolerance: tolerance, threshold: threshold, minimumCount: minimumCount)
    return true
  }
}
