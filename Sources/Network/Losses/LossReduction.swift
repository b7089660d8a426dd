/// How the losses of the examples of a batch become the batch's loss.
package enum LossReduction: String, CaseIterable, Codable, Sendable {
  /// Their mean.
  case mean
  /// Their sum, whose gradient grows with the batch.
  case sum

  /// What the sum over `examples` is divided by.
  func divisor(examples: Int) -> Int {
    switch self {
    case .mean: examples
    case .sum: 1
    }
  }
}
