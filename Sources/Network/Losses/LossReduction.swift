/// The reduction of the examples' losses to the batch's loss.
package enum LossReduction: String, CaseIterable, Codable, Sendable {
  /// The mean of the examples' losses.
  case mean
  /// The sum of the examples' losses, whose gradient grows with the batch.
  case sum

  /// The divisor of the sum over `examples` examples.
  func divisor(examples: Int) -> Int {
    switch self {
    case .mean: examples
    case .sum: 1
    }
  }
}
