/// Pools the moments of batches into those of all their rows together, feature by feature.
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
    squaredDeviations = Array(repeating: 0, count: features)
  }

  /// Adds the rows that `batch` sums up.
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
    let features = mean.count
    precondition(
      batchMean.count == features && variance.count == features,
      "Moments of \(batchMean.count) features can't be merged into \(features) features.")
    guard batchCount > 0 else { return }
    let total = count + batchCount
    let batchRows = Double(batchCount)
    let share = batchRows / Double(total)
    let betweenRows = Double(count) * share
    MomentAccumulator.merge(
      batchMean.extracting(0..<features), variance.extracting(0..<features), rows: batchRows,
      share: share, betweenRows: betweenRows, into: &mean, &squaredDeviations)
    count = total
  }

  private static func merge(
    _ batchMean: Span<Float>, _ variance: Span<Float>, rows: Double, share: Double,
    betweenRows: Double, into mean: inout [Double], _ squaredDeviations: inout [Double]
  ) {
    var means = mean.mutableSpan
    var squares = squaredDeviations.mutableSpan
    for feature in 0..<batchMean.count {
      let delta = Double(batchMean[feature]) - means[feature]
      means[feature] += delta * share
      squares[feature] += Double(variance[feature]) * rows + delta * delta * betweenRows
    }
  }

  /// Adds the rows that `other` pooled.
  ///
  /// - Precondition: it has as many features as this accumulator.
  public mutating func merge(_ other: MomentAccumulator) {
    precondition(
      other.mean.count == mean.count,
      "Moments of \(other.mean.count) features can't be merged into \(mean.count) features.")
    guard other.count > 0 else { return }
    let total = count + other.count
    let share = Double(other.count) / Double(total)
    let betweenRows = Double(count) * share
    for feature in mean.indices {
      let delta = other.mean[feature] - mean[feature]
      mean[feature] += delta * share
      squaredDeviations[feature] += other.squaredDeviations[feature] + delta * delta * betweenRows
    }
    count = total
  }

  /// Forgets what was merged.
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

  /// The unbiased variance M2/(n − 1) of each feature, [features]; nil below two rows.
  public var unbiasedVariance: [Double]? {
    guard count > 1 else { return nil }
    let degreesOfFreedom = Double(count - 1)
    return squaredDeviations.map { $0 / degreesOfFreedom }
  }
}
