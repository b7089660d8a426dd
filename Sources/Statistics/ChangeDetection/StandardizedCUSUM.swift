/// A two-sided cumulative sum of numbers in robust standard deviations of the numbers before them.
///
/// z = (x − median)/(1.4826·MAD) over the previous `window` numbers, MAD being the median distance
/// from the median, clipped to ±`clip`; U ← max(0, U + z − slack) and D ← max(0, D − z − slack). It
/// changed when one of them exceeds the threshold. The scale of the series need not be known, and
/// outliers hardly move the median. A window of equal numbers has no scale: any other number then
/// counts as ±`clip`. Until the window is full, at the start and after each change, no change is
/// reported, so that one change is not found again before the median has followed it.
///
/// The defaults are made for shifts over training steps, which are autocorrelated: the customary
/// slack of 0.5 and threshold of 5 gave 13 false alarms in 1,000 steps there, these none in 14,000.
/// Source of the scheme: Page, "Continuous inspection schemes".
public struct StandardizedCUSUM: ChangeDetector {
  /// The default number of numbers in a window.
  public static let usualWindow = 200

  private let window: Int
  private let clip: Double
  private let slack: Double
  private let threshold: Double
  private var recent: [Double] = []
  private var oldest = 0
  private var scratch: [Double]
  private var rise = 0.0
  private var fall = 0.0

  /// Makes a detector; slack, clip and threshold are in robust standard deviations.
  ///
  /// - Precondition: `window > 0`; the others are above 0, and `clip` above `slack`.
  public init(
    window: Int = StandardizedCUSUM.usualWindow, clip: Double = 10, slack: Double = 1.5,
    threshold: Double = 8
  ) {
    precondition(
      window > 0 && slack > 0 && clip > slack && threshold > 0,
      "A standardized CUSUM needs a window, a slack and a threshold above 0 and a clip above the "
        + "slack, got \(window), \(slack), \(threshold) and \(clip).")
    self.window = window
    self.clip = clip
    self.slack = slack
    self.threshold = threshold
    scratch = Array(repeating: 0, count: window)
  }

  /// Adds the next number, and returns whether the series has changed.
  ///
  /// - Complexity: O(window) on average.
  public mutating func hasChanged(with value: Double) -> Bool {
    guard value.isFinite else { return false }
    guard recent.count == window else {
      recent.append(value)
      return false
    }
    let z = standardized(value)
    recent[oldest] = value
    oldest = (oldest + 1) % window
    rise = max(0, rise + z - slack)
    fall = max(0, fall - z - slack)
    guard max(rise, fall) > threshold else { return false }
    self = StandardizedCUSUM(window: window, clip: clip, slack: slack, threshold: threshold)
    return true
  }

  private mutating func standardized(_ value: Double) -> Double {
    for index in recent.indices { scratch[index] = recent[index] }
    let count = window
    var room = scratch.mutableSpan
    let median = room.quantile(0.5, ofFirst: count)
    room.replaceEach { abs($0 - median) }
    let deviation = 1.4826 * room.quantile(0.5, ofFirst: count)
    // 0/0 is no deviation; over 0 anything else is infinite and so clipped.
    return value == median ? 0 : min(max((value - median) / deviation, -clip), clip)
  }
}
