/// The mean of a growing series of numbers.
struct RunningMean: Sendable {
  /// The number of numbers.
  private(set) var count = 0
  /// The mean of the numbers; 0 without any.
  private(set) var value = 0.0

  /// Adds a number.
  mutating func add(_ number: Double) {
    count += 1
    value += (number - value) / Double(count)
  }
}
