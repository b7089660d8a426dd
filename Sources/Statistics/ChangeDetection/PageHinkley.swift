/// The Page–Hinkley test, which detects a mean that rises or falls.
///
/// With x̄ the mean since the start, x included, U ← α·U + x − x̄ − tolerance and
/// D ← α·D + x − x̄ + tolerance. It rose when U exceeds its smallest value by more than the
/// threshold, and fell when D is that far below its largest. Source: Page, "Continuous inspection
/// schemes", and Hinkley, "Inference about the change-point from cumulative sum tests", as in the
/// library river. The library frouros compares U itself with the threshold and so fires later after
/// a calm stretch. Tolerance and threshold are in the unit of the series.
public struct PageHinkley: ChangeDetector {
  private let tolerance: Double
  private let threshold: Double
  private let forgetting: Double
  private let minimumCount: Int
  private var mean = RunningMean()
  private var rise = 0.0
  private var fall = 0.0
  private var smallestRise = Double.infinity
  private var largestFall = -Double.infinity

  /// Makes a detector with river's defaults; `forgetting` is α, 1 to forget nothing.
  ///
  /// No change is reported before `minimumCount` numbers.
  /// - Precondition: `threshold` is not negative; `forgetting` is in [0, 1].
  public init(
    tolerance: Double = 0.005, threshold: Double = 50, forgetting: Double = 0.9999,
    minimumCount: Int = 30
  ) {
    precondition(
      threshold >= 0 && (0...1).contains(forgetting),
      "A threshold must not be negative and forgetting must be from 0 to 1, got \(threshold) and "
        + "\(forgetting).")
    self.tolerance = tolerance
    self.threshold = threshold
    self.forgetting = forgetting
    self.minimumCount = minimumCount
  }

  /// Adds the next number, and returns whether the series has changed.
  public mutating func hasChanged(with value: Double) -> Bool {
    guard value.isFinite else { return false }
    mean.add(value)
    let deviation = value - mean.value
    rise = forgetting * rise + deviation - tolerance
    fall = forgetting * fall + deviation + tolerance
    smallestRise = min(smallestRise, rise)
    largestFall = max(largestFall, fall)
    let rose = rise - smallestRise > threshold
    let fell = largestFall - fall > threshold
    guard mean.count >= minimumCount && (rose || fell) else { return false }
    self = PageHinkley(
      tolerance: tolerance, threshold: threshold, forgetting: forgetting,
      minimumCount: minimumCount)
    return true
  }
}
