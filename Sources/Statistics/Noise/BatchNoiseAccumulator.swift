/// How much the moments of batches vary although the weights stay the same, feature by feature.
///
/// Independent rows give Var(batch mean) = σ²/m. Behind a batch norm, which pins what it hands on in
/// every batch, it is a small part of that: ρ = m·Var(batch mean)/σ² has to be measured. The batches
/// are those of frozen, or slowly moving, weights; a drift of the weights counts as noise here.
///
/// With Bₘ = Σn_b·(μ_b − μ)²/(B − 1) over the B batches, which estimates ρ·σ² for batches of any
/// sizes, the law of total variance gives σ² = (Σn_b·σ²_b + B·Bₘ)/Σn_b without a bias, whatever ρ is.
///
/// A moment that is not finite makes its own feature NaN from then on, no other one.
public struct BatchNoiseAccumulator: Sendable, Equatable {
  /// The number of batches so far.
  public private(set) var batches = 0
  /// The number of rows in them.
  public private(set) var count = 0
  private var mean: [Double]
  private var deviation: [Double]
  /// Σn_b·(μ_b − μ)², [features].
  private var squaredMeans: [Double]
  /// The same of the batches' standard deviations, [features].
  private var squaredDeviations: [Double]
  /// Σn_b·σ²_b, [features].
  private var within: [Double]
  private var spread = NoiseSpread()

  /// Makes an accumulator of no batches for tensors of `features` features.
  ///
  /// - Precondition: `features >= 0`.
  public init(features: Int) {
    let zeros = [Double](repeating: 0, count: features)
    (mean, deviation, squaredMeans, squaredDeviations, within) = (zeros, zeros, zeros, zeros, zeros)
  }

  /// Adds a batch.
  ///
  /// - Precondition: `batch` has as many features as this accumulator.
  public mutating func add(_ batch: FeatureMoments) {
    precondition(
      batch.mean.count == mean.count,
      "A batch of \(batch.mean.count) features can't be added to \(mean.count) features.")
    let rows = Double(batch.count)
    let share = rows / Double(count + batch.count)
    let between = Double(count) * share
    for feature in mean.indices {
      let variance = Double(batch.variance[feature])
      let ofMean = Double(batch.mean[feature]) - mean[feature]
      mean[feature] += ofMean * share
      squaredMeans[feature] += ofMean * ofMean * between
      let ofDeviation = variance.squareRoot() - deviation[feature]
      deviation[feature] += ofDeviation * share
      squaredDeviations[feature] += ofDeviation * ofDeviation * between
      within[feature] += variance * rows
    }
    spread.add(batch)
    batches += 1
    count += batch.count
  }

  /// The variance σ² of the rows, [features]; nil below two batches.
  public var populationVariance: [Double]? {
    guard batches > 1 else { return nil }
    // B/(B − 1)·Σn_b·(μ_b − μ)².
    let factor = Double(batches) / Double(batches - 1)
    return zip(within, squaredMeans).map { ($0 + $1 * factor) / Double(count) }
  }

  /// ρ = m·Var(batch mean)/σ² of each feature; 1 for independent rows, NaN where σ² is 0.
  ///
  /// nil below two batches. Its relative standard error is about √(2/(B − 1)) for one feature.
  public var rho: [Double]? { relative(squaredMeans) }

  /// The kurtosis that the spread of the standard deviations amounts to, 1 + 4·m·Var(sd_B)/σ².
  ///
  /// For independent rows it is their kurtosis, 3 for a Gaussian, up to terms of order 1/m; behind a
  /// batch norm it is what a sampling floor needs in its place. nil below two batches.
  public var effectiveKurtosis: [Double]? {
    relative(squaredDeviations)?.map { 1 + 4 * $0 }
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
