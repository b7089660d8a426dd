/// The numbers that decide a comparison of two data sets: equal ones give equal results.
package struct DataShiftMethod: Sendable, Equatable {
  /// The largest number of examples that are drawn of each data set.
  package var examples = 2000
  /// The largest number of bins of a histogram.
  package var bins = 10
  /// The number of random exchanges of examples, from which the thresholds follow.
  package var resamples = 200
  /// The share of the exchanges in which no threshold is exceeded.
  package var quantile = 0.95
  /// The seed of examples, noise and exchanges.
  package var seed: UInt64 = 1

  /// The default numbers.
  package init() {}

  /// The significance of one unit's test, 1 − `quantile`.
  package var significance: Double { 1 - quantile }

  /// The reason why the numbers are impossible, in a sentence; nil where they are not.
  package var fault: String? {
    guard examples > 1 else {
      return "The number of examples is \(examples), and a distribution needs 2 or more."
    }
    guard (2...64).contains(bins) else {
      return "The number of bins is \(bins); use 2 to 64, such as 10."
    }
    guard (1...10_000).contains(resamples) else {
      return "The number of resamples is \(resamples); use 1 to 10000, such as 200."
    }
    // The significance, too, must be below 1.
    guard quantile > 0 && quantile < 1 && significance < 1 else {
      return "The quantile is \(quantile); use a number between 0 and 1, such as 0.95."
    }
    guard Double(resamples) * significance >= 1 else {
      let least = Int((1 / significance).rounded(.up))
      return
        "\(resamples) resamples are too few for the quantile \(quantile); use \(least) resamples or more, or a smaller "
        + "quantile."
    }
    return nil
  }
}
