/// A measurement of how much the moments of batches vary although the weights stay the same, feature by feature.
///
/// Independent rows give Var(batch mean) = σ²/m. Behind a batch norm, which fixes the moments of its
/// output in every batch, it is a small part of that: ρ = m·Var(batch mean)/σ² has to be measured. The
/// batches are taken with frozen, or slowly moving, weights; a drift of the weights counts as noise here.
///
/// With Bₘ = Σn_b·(μ_b − μ)²/(B − 1) over the B batches, which estimates ρ·σ² for batches of any
/// sizes, the law of total variance gives σ² = (Σn_b·σ²_b + B·Bₘ)/Σn_b without a bias, whatever ρ is.
///
/// A moment that is not finite makes its own feature NaN from then on, no other one.
public struct BatchNoiseAccumulator: Sendable, Equatable {
  /// The number of batches so far.
  public private(set) var batches = 0
  /// The batch means, each weighted by its rows.
  private var means: MomentAccumulator
  /// The batches' standard deviations, weighted likewise.
  private var deviations: MomentAccumulator
  /// Σn_b·σ²_b, [features].
  private var within: [Double]
  private let zeros: [Double]
  private var spread = NoiseSpread()

  /// Makes an accumulator of no batches for tensors of `features` features.
  ///
  /// - Precondition: `features >= 0`.
  public init(features: Int) {
    means = MomentAccumulator(features: features)
    deviations = means
    zeros = means.mean
    within = zeros
  }

  /// The number of rows in the batches.
  public var count: Int { means.count }

  /// Adds a batch.
  ///
  /// - Precondition: `batch` has as many features as this accumulator.
  public mutating func add(_ batch: FeatureMoments) {
    let deviation = batch.variance.map { Double($0).squareRoot() }
    let mean = batch.mean.map { Double($0) }
    let zeros = zeros
    means.merge(count: batch.count, mean: mean.span, squaredDeviations: zeros.span)
    deviations.merge(count: batch.count, mean: deviation.span, squaredDeviations: zeros.span)
    for feature in within.indices {
      within[feature] += Double(batch.variance[feature]) * Double(batch.count)
    }
    spread.add(batch)
    batches += 1
  }

  /// The variance σ² of the rows, [features]; nil below two batches.
  public var populationVariance: [Double]? {
    guard batches > 1 else { return nil }
    // B/(B − 1)·Σn_b·(μ_b − μ)².
    let factor = Double(batches) / Double(batches - 1)
    return zip(within, means.squaredDeviations).map { ($0 + $1 * factor) / Double(count) }
  }

  /// ρ = m·Var(batch mean)/σ² of each feature; 1 for independent rows, NaN where σ² is 0.
  ///
  /// nil below two batches. Its relative standard error is about √(2/(B − 1)) for one feature.
  public var rho: [Double]? { relative(means.squaredDeviations) }

  /// The effective kurtosis 1 + 4·m·Var(sd_B)/σ², from the spread of the batches' standard deviations.
  ///
  /// For independent rows it is their kurtosis, 3 for a Gaussian, up to terms of order 1/m; behind a
  /// batch norm it is the value that a sampling floor needs in its place. nil below two batches.
  public var effectiveKurtosis: [Double]? {
    relative(deviations.squaredDeviations)?.map { 1 + 4 * $0 }
  }

  /// The degrees of freedom k of the squared shift between two of the batches, mean over features: it scatters about
  /// its floor F as F·χ²ₖ/k.
  ///
  /// `epsilon` is added to the variance that each feature's part is divided by. nil below three batches, and where
  /// nothing varies; of more than 64 batches the first 64 count.
  public func degreesOfFreedom(epsilon: Double) -> Double? {
    populationVariance.flatMap { spread.degreesOfFreedom(scale: $0.map { $0 + epsilon }) }
  }

  private func relative(_ squares: [Double]) -> [Double]? {
    guard let populationVariance else { return nil }
    return zip(squares, populationVariance).map { $0 / Double(batches - 1) / $1 }
  }
}
