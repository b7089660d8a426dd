/// The number of independent parts of the noise of batches, whose units are correlated.
///
/// The squared shift between two batches of frozen weights is a sum over units, and scatters about its floor F as
/// F·χ²ₖ/k with k = (tr Σ)²/tr Σ², Σ being the covariance of the batch moments: Satterthwaite, "An approximate
/// distribution of estimates of variance components", Biometrics Bulletin 2, 1946. Independent units of equal noise make
/// k their number; units that all move together make it 1.
struct NoiseSpread: Sendable, Equatable {
  /// The largest number of batches that count, which bounds the memory.
  private static let largestBatchCount = 64

  /// √m times the means and the standard deviations of a batch, [2·features], for each batch.
  private var batches: [[Float]] = []

  mutating func add(_ batch: FeatureMoments) {
    guard batches.count < NoiseSpread.largestBatchCount else { return }
    let root = Float(batch.count).squareRoot()
    batches.append(
      batch.mean.map { $0 * root } + batch.variance.map { $0.squareRoot() * root })
  }

  /// The degrees of freedom k, where the moments of each feature are divided by the root of its `scale`, [features].
  ///
  /// nil below three batches, or where nothing varies. Features whose scale or moments are not sound are left out.
  /// tr Σ² is estimated without a bias (Srivastava, "Some tests concerning the covariance matrix in high dimensional
  /// data", Journal of the Japan Statistical Society 35, 2005, for Gaussian noise), and (tr Σ)² by means of it.
  func degreesOfFreedom(scale: [Double]) -> Double? {
    let n = Double(batches.count - 1)
    guard n > 1 else { return nil }
    let deviations = deviations(scale: scale)
    // The traces of the sample covariance S: products of batches have the same traces as products of features.
    var (trace, traceOfSquare) = (0.0, 0.0)
    for (index, batch) in deviations.enumerated() {
      for (otherIndex, other) in deviations[...index].enumerated() {
        let product = zip(batch, other).reduce(0) { $0 + $1.0 * $1.1 } / n
        if otherIndex == index { trace += product }
        traceOfSquare += product * product * (otherIndex == index ? 1 : 2)
      }
    }
    guard trace > 0 else { return nil }
    let squared = n * n / ((n - 1) * (n + 2)) * (traceOfSquare - trace * trace / n)
    let largest = Double(deviations[0].count)
    // Where there are far more parts than batches, chance can make the estimate negative.
    guard squared > 0 else { return largest }
    return min(max(1, (trace * trace - 2 * squared / n) / squared), largest)
  }

  /// The scaled distance of each batch from the mean of all.
  private func deviations(scale: [Double]) -> [[Double]] {
    var deviations: [[Double]] = batches.map { _ in [] }
    for column in 0..<2 * scale.count {
      let scale = scale[column % scale.count]
      let mean = batches.reduce(0) { $0 + Double($1[column]) } / Double(batches.count)
      guard scale > 0 && scale.isFinite && mean.isFinite else { continue }
      for (index, batch) in batches.enumerated() {
        deviations[index].append((Double(batch[column]) - mean) / scale.squareRoot())
      }
    }
    return deviations
  }
}
