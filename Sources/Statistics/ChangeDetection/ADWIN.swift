import Glibc

/// Adaptive windowing: the longest window of recent numbers whose mean did not change.
///
/// The window is cut in two at every bucket border; the means of an older part of n₀ and a newer of
/// n₁ numbers differ when |x̄₀ − x̄₁| > √(2·σ²·ln(2·ln n/δ)/m) + (2/3)·ln(2·ln n/δ)/m, with
/// 1/m = 1/(n₀ − w + 1) + 1/(n₁ − w + 1), n numbers in the window, σ² their variance and w the
/// shortest part. Buckets of 1, 2, 4, … numbers, a few of each size, represent the window: memory and
/// time grow with its logarithm. Source: Bifet and Gavaldà, "Learning from time-changing data with
/// adaptive windowing", ADWIN2 as in the library river: after a change it restarts with an empty
/// window.
public struct ADWIN: ChangeDetector {
  private let delta: Double
  private let clock: Int
  private let bucketsOfASize: Int
  private let shortestPart: Int
  private let gracePeriod: Int
  private var ticks = 0
  /// The buckets by size: buckets of 2ⁱ numbers at index i, each list from the oldest to the newest.
  private var buckets: [[Double]] = []
  private var total = 0.0
  /// The sum of squared deviations from the window's mean.
  private var squaredDeviations = 0.0
  /// The number of numbers in the window.
  public private(set) var width = 0

  /// Makes a detector with river's defaults; `delta` is the significance.
  ///
  /// It tests for a change every `clock` numbers, once there are more than `gracePeriod`.
  /// - Precondition: `delta` is in (0, 1); the counts are above 0.
  public init(
    delta: Double = 0.002, clock: Int = 32, bucketsOfASize: Int = 5, shortestPart: Int = 5,
    gracePeriod: Int = 10
  ) {
    precondition(
      delta > 0 && delta < 1 && min(clock, bucketsOfASize, shortestPart, gracePeriod) > 0,
      "ADWIN needs a significance between 0 and 1 and counts above 0.")
    self.delta = delta
    self.clock = clock
    self.bucketsOfASize = bucketsOfASize
    self.shortestPart = shortestPart
    self.gracePeriod = gracePeriod
  }

  /// Adds the next number, and returns whether the mean has changed.
  ///
  /// - Complexity: O(log width).
  public mutating func hasChanged(with value: Double) -> Bool {
    guard value.isFinite else { return false }
    insert(value)
    ticks += 1
    guard ticks % clock == 0 && width > gracePeriod && isCutAnywhere else { return false }
    self = ADWIN(
      delta: delta, clock: clock, bucketsOfASize: bucketsOfASize, shortestPart: shortestPart,
      gracePeriod: gracePeriod)
    return true
  }

  private mutating func insert(_ value: Double) {
    if width > 0 {
      let deviation = value - total / Double(width)
      squaredDeviations += deviation * deviation * Double(width) / Double(width + 1)
    }
    total += value
    width += 1
    if buckets.isEmpty { buckets.append([]) }
    buckets[0].append(value)
    var size = 0
    while buckets[size].count > bucketsOfASize {
      let merged = buckets[size][0] + buckets[size][1]
      buckets[size].removeFirst(2)
      size += 1
      if size == buckets.count { buckets.append([]) }
      buckets[size].append(merged)
    }
  }

  /// Whether the means before and after some border between two buckets differ.
  private var isCutAnywhere: Bool {
    let confidence = log(2 * log(Double(width)) / delta)
    let variance = squaredDeviations / Double(width)
    var older = (count: 0, total: 0.0)
    for size in buckets.indices.reversed() {
      for bucket in buckets[size] {
        older.count += 1 << size
        older.total += bucket
        let newerCount = width - older.count
        guard older.count >= shortestPart && newerCount >= shortestPart else { continue }
        let difference =
          older.total / Double(older.count) - (total - older.total) / Double(newerCount)
        let inverse =
          1 / Double(older.count - shortestPart + 1) + 1 / Double(newerCount - shortestPart + 1)
        let allowed =
          (2 * inverse * variance * confidence).squareRoot() + 2.0 / 3 * confidence * inverse
        if abs(difference) > allowed { return true }
      }
    }
    return false
  }
}
