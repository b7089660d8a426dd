/// Pooled first four moments of rows, feature by feature, from which skewness and kurtosis follow.
///
/// With Mₖ = Σ(x − μ)ᵏ, and δ the difference of the means of nA and nB rows, n = nA + nB:
/// M3 ← M3A + M3B + δ³·nA·nB·(nA − nB)/n² + 3δ·(nA·M2B − nB·M2A)/n and
/// M4 ← M4A + M4B + δ⁴·nA·nB·(nA² − nA·nB + nB²)/n³ + 6δ²·(nA²·M2B + nB²·M2A)/n²
/// + 4δ·(nA·M3B − nB·M3A)/n. Source: Pébay, "Formulas for robust, one-pass parallel computation of
/// covariances and arbitrary-order statistical moments"; M2 and μ as in `MomentAccumulator`.
///
/// A number that is not finite makes its own feature NaN or infinite from then on, no other one.
public struct HigherMomentAccumulator: Sendable, Equatable {
  private var moments: MomentAccumulator
  /// The sum of cubed deviations from the mean, M3, of each feature, [features].
  private var cubedDeviations: [Double]
  /// The sum of fourth powers of deviations from the mean, M4, of each feature, [features].
  private var fourthPowers: [Double]

  /// Makes an accumulator of no rows for tensors of `features` features.
  ///
  /// - Precondition: `features >= 0`.
  public init(features: Int) {
    moments = MomentAccumulator(features: features)
    (cubedDeviations, fourthPowers) = (moments.mean, moments.mean)
  }

  /// The number of rows pooled so far.
  public var count: Int { moments.count }

  /// The mean of each feature, [features]; zeros while `count` is 0.
  public var mean: [Double] { moments.mean }

  /// Adds several rows, [rows, features], in two passes: deviations are taken from the rows' own mean.
  ///
  /// - Precondition: they are whole rows of as many features as this accumulator has.
  public mutating func add(rows: Span<Float>) {
    let features = cubedDeviations.count
    precondition(
      features > 0 && rows.count % features == 0,
      "\(rows.count) numbers are no rows of \(features) features.")
    guard rows.count > 0 else { return }
    let block = HigherMomentAccumulator(rows, features: features)
    if count == 0 { self = block } else { merge(block) }
  }

  private init(_ rows: Span<Float>, features: Int) {
    let mean = HigherMomentAccumulator.average(rows, features: features)
    var squares = [Double](repeating: 0, count: features)
    (cubedDeviations, fourthPowers) = (squares, squares)
    HigherMomentAccumulator.addUpPowers(
      of: rows, from: mean, second: &squares, third: &cubedDeviations, fourth: &fourthPowers)
    moments = MomentAccumulator(
      count: rows.count / features, mean: mean, squaredDeviations: squares)
  }

  private static func average(_ rows: Span<Float>, features: Int) -> [Double] {
    var sums = [Double](repeating: 0, count: features)
    let count = rows.count / features
    var mean = sums.mutableSpan
    for row in 0..<count {
      let numbers = rows.extracting(row * features..<(row + 1) * features)
      for feature in 0..<features { mean[feature] += Double(numbers[feature]) }
    }
    // Divided, as the mean of equal numbers is then exactly that number.
    for feature in 0..<features { mean[feature] /= Double(count) }
    return sums
  }

  private static func addUpPowers(
    of rows: Span<Float>, from mean: [Double], second secondSums: inout [Double],
    third thirdSums: inout [Double], fourth fourthSums: inout [Double]
  ) {
    let features = mean.count
    let center = mean.span.extracting(0..<features)
    var second = secondSums.mutableSpan
    var third = thirdSums.mutableSpan
    var fourth = fourthSums.mutableSpan
    for row in 0..<rows.count / features {
      let numbers = rows.extracting(row * features..<(row + 1) * features)
      for feature in 0..<features {
        let deviation = Double(numbers[feature]) - center[feature]
        let square = deviation * deviation
        second[feature] += square
        third[feature] += square * deviation
        fourth[feature] += square * square
      }
    }
  }

  /// Removes all rows.
  public mutating func removeAll() {
    guard count > 0 else { return }
    self = HigherMomentAccumulator(features: cubedDeviations.count)
  }

  /// Adds the rows that `other` pooled.
  ///
  /// - Precondition: `other` has as many features as this accumulator.
  public mutating func merge(_ other: HigherMomentAccumulator) {
    precondition(
      other.cubedDeviations.count == cubedDeviations.count,
      "Moments of \(other.cubedDeviations.count) features cannot be merged into "
        + "\(cubedDeviations.count) features.")
    guard other.count > 0 else { return }
    let (rows, otherRows) = (Double(count), Double(other.count))
    let total = rows + otherRows
    let (share, otherShare) = (rows / total, otherRows / total)
    for feature in cubedDeviations.indices {
      let delta = other.moments.mean[feature] - moments.mean[feature]
      let square = delta * delta
      let (second, third) = (moments.squaredDeviations[feature], cubedDeviations[feature])
      let (otherSecond, otherThird) =
        (other.moments.squaredDeviations[feature], other.cubedDeviations[feature])
      let between = square * rows * otherShare
      fourthPowers[feature] +=
        other.fourthPowers[feature]
        + between * square * (share * share - share * otherShare + otherShare * otherShare)
        + 6 * square * (share * share * otherSecond + otherShare * otherShare * second)
        + 4 * delta * (share * otherThird - otherShare * third)
      cubedDeviations[feature] +=
        otherThird + between * delta * (share - otherShare)
        + 3 * delta * (share * otherSecond - otherShare * second)
    }
    moments.merge(other.moments)
  }

  /// The biased variance M2/n of each feature, [features]; nil without rows.
  public var populationVariance: [Double]? { moments.populationVariance }

  /// The skewness √n·M3/M2^1.5 of each feature, [features]; nil without rows.
  ///
  /// 0 for a symmetric distribution, NaN for a feature that is constant.
  public var skewness: [Double]? {
    guard count > 0 else { return nil }
    let root = Double(count).squareRoot()
    return zip(cubedDeviations, moments.squaredDeviations).map {
      root * $0 / ($1 * $1.squareRoot())
    }
  }

  /// The kurtosis n·M4/M2² of each feature, [features]; nil without rows.
  ///
  /// 3 for a Gaussian, at least 1 for any distribution, NaN for a feature that is constant.
  public var kurtosis: [Double]? {
    guard count > 0 else { return nil }
    return zip(fourthPowers, moments.squaredDeviations).map { Double(count) * $0 / ($1 * $1) }
  }
}
