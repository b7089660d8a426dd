/// Pairs of samples that are drawn from the reference alone, to learn how far two samples are apart where nothing moved.
///
/// The bootstrap: examples are drawn with replacement, as many as the reference and the target have. All units and
/// tensors are drawn alike, so that what they have in common stays so.
package struct ResamplingPlan: Sendable {
  /// The examples of each drawn reference.
  let references: [[Int32]]
  /// The examples of each drawn target.
  let targets: [[Int32]]
  /// The share of the draws that a threshold is to exceed.
  package let quantile: Double

  /// Draws the pairs.
  ///
  /// - Parameters:
  ///   - count: how many.
  ///   - referenceCount: the number of examples of the reference.
  ///   - targetCount: the number of examples of the target.
  ///   - quantile: the share of the pairs that a threshold is to exceed.
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
    func draw(_ size: Int) -> [Int32] {
      // Unlike `Int.random`, no release of Swift can change its numbers.
      (0..<size).map { _ in
        Int32(generator.next().multipliedFullWidth(by: UInt64(referenceCount)).high)
      }
    }
    var references: [[Int32]] = []
    var targets: [[Int32]] = []
    for _ in 0..<count {
      references.append(draw(referenceCount))
      targets.append(draw(targetCount))
    }
    self.references = references
    self.targets = targets
    self.quantile = quantile
  }

  /// The number of pairs.
  package var count: Int { references.count }
}
