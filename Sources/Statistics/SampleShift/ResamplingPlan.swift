/// The exchanges of examples between two samples for a permutation test of whether they differ.
///
/// If the target has the distribution of the reference, each example of both is equally likely to be in either; this
/// holds for rare and for heavy-tailed features too. Resamples of the reference alone lack the rare examples that it
/// happens not to have, so that thresholds from them are too low. All units and tensors exchange the same examples,
/// which keeps their correlation.
package struct ResamplingPlan: Sendable {
  /// The number of examples of the reference, which come before the examples of the target.
  let referenceCount: Int
  /// The number of examples of the target.
  let targetCount: Int
  /// The examples of the smaller sample, first as it is and then after each exchange.
  let draws: [[Int32]]
  /// The share of the draws in which no threshold is exceeded.
  package let quantile: Double

  /// Draws the exchanges.
  ///
  /// - Parameters:
  ///   - count: the number of exchanges.
  ///   - referenceCount: the number of examples of the reference.
  ///   - targetCount: the number of examples of the target.
  ///   - quantile: the share of the exchanges in which no threshold is to be exceeded.
  ///   - generator: the source of random numbers.
  /// - Precondition: all counts are above 0, `quantile` is between 0 and 1.
  package init(
    count: Int, referenceCount: Int, targetCount: Int, quantile: Double,
    using generator: inout some RandomNumberGenerator
  ) {
    precondition(
      count > 0 && referenceCount > 0 && targetCount > 0 && quantile > 0 && quantile < 1,
      "\(count) resamples of \(referenceCount) and \(targetCount) examples have no quantile \(quantile)."
    )
    self.referenceCount = referenceCount
    self.targetCount = targetCount
    self.quantile = quantile
    let total = referenceCount + targetCount
    let size = min(referenceCount, targetCount)
    var order = (0..<total).map { Int32($0) }
    var draws = [Array(targetCount < referenceCount ? order.suffix(size) : order.prefix(size))]
    for _ in 0..<count {
      // The beginning of a Fisher-Yates shuffle. Unlike `Int.random`, no release of Swift can change its numbers.
      for place in 0..<size {
        let left = UInt64(total - place)
        order.swapAt(place, place + Int(generator.next().multipliedFullWidth(by: left).high))
      }
      draws.append(Array(order.prefix(size)))
    }
    self.draws = draws
  }

  /// Whether the draws are examples of the target rather than of the reference.
  var drawsTarget: Bool { targetCount < referenceCount }

  /// The smallest of `numbers`, one for each draw, that a share `quantile` of them does not exceed.
  ///
  /// The samples as they are count as one of the draws, so that, if nothing moved, they exceed it with a probability of
  /// at most 1 − `quantile`.
  func threshold(of numbers: [Double]) -> Double {
    let rank = (quantile * Double(numbers.count)).rounded(.up)
    return numbers.sorted()[max(0, Int(rank) - 1)]
  }
}
