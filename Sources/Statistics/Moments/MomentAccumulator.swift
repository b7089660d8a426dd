/// Pooled moments of batches: the mean and variance of all their rows together, feature by feature.
///
/// Chan's merge of n rows with mean μ and M2 = Σ(x − μ)² and a batch of n_b rows, with δ = μ_b − μ,
/// is μ ← μ + δ·n_b/(n + n_b) and M2 ← M2 + n_b·σ²_b + δ²·n·n_b/(n + n_b). It is the law of total
/// variance: exact for batches of any sizes and in any order, up to rounding in Double. Source:
/// Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample
/// variances". Over steps between which the weights moved, the pooled variance contains that drift.
///
/// A moment that is not finite makes its own feature NaN or infinite from then on, no other one.
public struct MomentAccumulator: Sendable, Equatable {
  /// The number of rows pooled so far.
  public private(set) var count = 0
  /// The mean of each feature over the pooled rows, [features]; zeros while `count` is 0.
  public private(set) var mean: [Double]
  /// The sum of squared deviations from the mean, M2, of each feature, [features].
  public private(set) var squaredDeviations: [Double]

  /// Makes an accumulator of no rows for tensors of `features` features.
  ///
  /// - Precondition: `features >= 0`.
  public init(features: Int) {
    mean = Array(repeating: 0, count: features)
    squaredDeviations = mean
  }

  /// The moments of `count` rows that were pooled elsewhere, [features] each.
  init(count: Int, mean: [Double], squaredDeviations: [Double]) {
    self.count = count
    self.mean = mean
    self.squaredDeviations = squaredDeviations
  }

  /// Adds the rows of `batch`.
  ///
  /// - Precondition: `batch` has as many features as this accumulator.
  public mutating func merge(_ batch: FeatureMoments) {
    merge(count: batch.count, mean: batch.mean.span, variance: batch.variance.span)
  }

  /// Adds `batchCount` rows with this mean and biased variance, [features] each, without allocating.
  ///
  /// - Precondition: there are as many features as in this accumulator; `batchCount` is not negative.
  public mutating func merge(
    count batchCount: Int, mean batchMean: Span<Float>, variance: Span<Float>
  ) {
    merge(batchCount, batchMean, variance, scale: Double(batchCount))
  }

  /// Adds `batchCount` rows with this mean and this sum of squared deviations from it, [features] each.
  ///
  /// - Precondition: there are as many features as in this accumulator; `batchCount` is not negative.
  package mutating func merge(
    count batchCount: Int, mean batchMean: Span<Double>, squaredDeviations: Span<Double>
  ) {
    merge(batchCount, batchMean, squaredDeviations, scale: 1)
  }

  /// Adds the rows that `other` pooled.
  ///
  /// - Precondition: it has as many features as this accumulator.
  public mutating func merge(_ other: MomentAccumulator) {
    merge(
      count: other.count, mean: other.mean.span, squaredDeviations: other.squaredDeviations.span)
  }

  /// Chan's merge, where `squares` times `scale` is the batch's M2.
  @inline(__always)
  private mutating func merge<Number: BinaryFloatingPoint>(
    _ batchCount: Int, _ batchMean: Span<Number>, _ squares: Span<Number>, scale: Double
  ) {
    let features = mean.count
    precondition(
      batchMean.count == features && squares.count == features,
      "Moments of \(batchMean.count) features cannot be merged into \(features) features.")
    guard batchCount > 0 else { return }
    let total = count + batchCount
    let share = Double(batchCount) / Double(total)
    // Slices of one length let the compiler drop the bounds checks and use vector instructions.
    MomentAccumulator.merge(
      batchMean.extracting(0..<features), squares.extracting(0..<features), scale: scale,
      share: share, betweenRows: Double(count) * share, into: &mean, &squaredDeviations)
    count = total
  }

  @inline(__always)
  private static func merge<Number: BinaryFloatingPoint>(
    _ batchMean: Span<Number>, _ squares: Span<Number>, scale: Double, share: Double,
    betweenRows: Double, into mean: inout [Double], _ squaredDeviations: inout [Double]
  ) {
    var means = mean.mutableSpan
    var sums = squaredDeviations.mutableSpan
    for feature in 0..<batchMean.count {
      let delta = Double(batchMean[feature]) - means[feature]
      means[feature] += delta * share
      sums[feature] += Double(squares[feature]) * scale + delta * delta * betweenRows
    }
  }

  /// Removes all rows.
  public mutating func removeAll() {
    count = 0
    for feature in mean.indices {
      mean[feature] = 0
      squaredDeviations[feature] = 0
    }
  }

  /// The biased variance M2/n of each feature over the pooled rows, [features]; nil without rows.
  public var populationVariance: [Double]? {
    guard count > 0 else { return nil }
    let rows = Double(count)
    return squaredDeviations.map { $0 / rows }
  }
}
