/// Exchanges of examples between two samples, to learn how far two samples are apart where nothing moved.
///
/// If the target is but more of the reference, any of the examples of both could as well have been in the one as in the
/// other: a permutation test, which holds for rare and for heavy-tailed features too. Resamples of the reference alone
/// lack the rare examples that it happens not to have, so that thresholds from them are too low. All units and tensors
/// exchange the same examples, so that what they have in common stays so.
package struct ResamplingPlan: Sendable {
  /// The number of examples of the reference, which come before those of the target.
  let referenceCount: Int
  /// The number of examples of the target.
  let targetCount: Int
  /// The examples that make up the smaller sample, as it was and then after each exchange.
  let draws: [[Int32]]
  /// The share of the draws that no threshold is exceeded in.
  package let quantile: Double

  /// Draws the exchanges.
  ///
  /// - Parameters:
  ///   - count: how many.
  ///   - referenceCount: the number of examples of the reference.
  ///   - targetCount: the number of examples of the target.
  ///   - quantile: the share of the exchanges that no threshold is to be exceeded in.
  ///   - generator: what they are drawn from.
  /// - Precondition: all counts are above 0, `quantile` is between 0 and 1.
  package init(
    count: Int, referenceCount: Int, targetCount: Int, quantile: Double,
    using generator: inout some RandomNumberGenerator
  ) {
    precondition(
      count > 0 && referenceCount > 0 && targetCount > 0 && quantile > 0 && quantile < 1,
      "\(count) resamples of \(referenceCount) and \(targetCount) examples can't have a quantile of \(quantile)."
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

  /// Whether the draws are of examples of the target, else of the reference.
  var drawsTarget: Bool { targetCount < referenceCount }

  /// The smallest of `numbers`, one for each draw, such that the wanted share of them does not exceed it.
  ///
  /// The samples as they were are one of the draws, so that, if nothing moved, they exceed it with the probability that
  /// the quantile leaves, or less.
  func threshold(of numbers: [Double]) -> Double {
    let rank = (quantile * Double(numbers.count)).rounded(.up)
    return numbers.sorted()[max(0, Int(rank) - 1)]
  }
}
