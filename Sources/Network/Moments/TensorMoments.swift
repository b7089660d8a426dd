package import Statistics

/// The mean and biased variance of each column of a tensor, in reused buffers.
///
/// A tensor may come in parts, which are merged in Double.
package struct TensorMoments: Sendable, Equatable {
  /// The number of NaN and infinite elements.
  package private(set) var nonFiniteCount = 0
  /// The mean over rows, [features].
  package private(set) var mean: [Float]
  /// The biased variance over rows (divided by `count`), [features].
  package private(set) var variance: [Float]

  /// The first four moments, where a pass observed them; otherwise without rows.
  package private(set) var higherMoments: HigherMomentAccumulator
  /// All rows, [count, features], where a pass kept them; otherwise empty.
  package private(set) var values: [Float] = []

  private var pooled: MomentAccumulator
  private var sums: [Double]
  private var squares: [Double]

  /// Makes room for tensors with `features` columns.
  package init(features: Int) {
    mean = Array(repeating: 0, count: features)
    variance = Array(repeating: 0, count: features)
    higherMoments = HigherMomentAccumulator(features: features)
    pooled = MomentAccumulator(features: features)
    sums = pooled.mean
    squares = sums
  }

  /// The number of rows so far.
  package var count: Int { pooled.count }

  /// Removes all rows.
  package mutating func reset() {
    pooled.removeAll()
    nonFiniteCount = 0
    higherMoments.removeAll()
    values.removeAll(keepingCapacity: true)
  }

  /// Adds the rows `rows` of `tensor`, [batch, features], with the moments and values that `detail` asks for.
  ///
  /// - Precondition: as for `add`.
  mutating func add(_ tensor: Matrix, rows: Range<Int>, _ detail: MomentDetail) {
    add(tensor, rows: rows)
    guard detail != [] else { return }
    let numbers = tensor.values.span.extracting(
      rows.lowerBound * tensor.columns..<rows.upperBound * tensor.columns)
    if detail.contains(.higherMoments) { higherMoments.add(rows: numbers) }
    guard detail.contains(.values) else { return }
    values +=
      tensor.values[
        rows.lowerBound * tensor.columns..<rows.upperBound * tensor.columns]
  }

  /// Adds the rows `rows` of `tensor`, [batch, features].
  ///
  /// Deviations from an estimate of the mean and their squares are summed over eight rows in float32, then in Double, in a
  /// fixed order; the sum of the deviations corrects both moments (the corrected and shifted algorithms of Chan, Golub
  /// and LeVeque, "Algorithms for computing the sample variance"). The estimate is the mean of rows spread over
  /// `rows`, so that it is among the numbers and nothing cancels.
  /// - Precondition: `tensor` has the number of features that this was made for, and `rows` is not empty.
  package mutating func add(_ tensor: Matrix, rows: Range<Int>) {
    precondition(
      tensor.columns == mean.count && !rows.isEmpty,
      "Moments of \(mean.count) features cannot be computed from \(rows.count) rows of a \(tensor.rows)x\(tensor.columns) tensor."
    )
    let added = Double(rows.count)
    // Until the end of this function `mean` is the estimate for these rows.
    let sampled = TensorMoments.addUpSample(tensor, rows, into: &sums)
    TensorMoments.divide(sums, by: sampled, into: &mean)
    ElementwiseKernel.addUpDeviations(
      of: tensor, rows: rows, from: mean, into: &sums, squares: &squares)
    let isFinite = TensorMoments.correct(&sums, &squares, estimate: mean, rows: added)
    let (partMean, partSquares) = (sums, squares)
    pooled.merge(count: rows.count, mean: partMean.span, squaredDeviations: partSquares.span)
    if !isFinite {
      nonFiniteCount += tensor.nonFiniteCount(inRows: rows)
    }
    round()
  }

  /// Adds the rows of `other`.
  package mutating func merge(_ other: TensorMoments) {
    guard other.count > 0 else { return }
    pooled.merge(other.pooled)
    nonFiniteCount += other.nonFiniteCount
    higherMoments.merge(other.higherMoments)
    values += other.values
    round()
  }

  private mutating func round() {
    let scale = 1 / Double(count)
    for feature in mean.indices {
      mean[feature] = Float(pooled.mean[feature])
      variance[feature] = Float(pooled.squaredDeviations[feature] * scale)
    }
  }

  /// Divides the sums of `rows` rows, which gives the estimate of their mean.
  private static func divide(_ sums: [Double], by rows: Double, into estimate: inout [Float]) {
    let sums = sums.span
    var means = estimate.mutableSpan
    for feature in 0..<means.count { means[feature] = Float(sums[feature] / rows) }
  }

  /// Turns sums of deviations from an estimate of the mean, and of their squares, into means and sums of squared
  /// deviations from them.
  ///
  /// On spans: each write to an element of an array would check whether the array has another owner.
  /// - Returns: whether all of them are finite.
  private static func correct(
    _ deviations: inout [Double], _ squares: inout [Double], estimate: [Float], rows: Double
  ) -> Bool {
    let estimate = estimate.span
    var sums = deviations.mutableSpan
    var squares = squares.mutableSpan
    var isFinite = true
    for feature in 0..<sums.count {
      let correction = sums[feature] / rows
      let unclamped = squares[feature] - correction * sums[feature]
      sums[feature] = Double(estimate[feature]) + correction
      // Not max(0, …), which would turn NaN into 0.
      squares[feature] = unclamped < 0 ? 0 : unclamped
      isFinite = squares[feature].isFinite && isFinite
    }
    return isFinite
  }

  /// Writes the sum of each column over up to 16 evenly spaced rows into `columnSums`, and returns their number.
  private static func addUpSample(
    _ tensor: Matrix, _ rows: Range<Int>, into columnSums: inout [Double]
  ) -> Double {
    let columns = tensor.columns
    let x = tensor.values.span
    var sums = columnSums.mutableSpan
    sums.update(repeating: 0)
    let spacing = (rows.count + 15) / 16
    for row in stride(from: rows.lowerBound, to: rows.upperBound, by: spacing) {
      let numbers = x.extracting(row * columns..<(row + 1) * columns)
      for j in 0..<columns { sums[j] += Double(numbers[j]) }
    }
    return Double((rows.count + spacing - 1) / spacing)
  }
}

extension Matrix {
  /// The number of NaN and infinite elements in the rows `rows`.
  fileprivate func nonFiniteCount(inRows rows: Range<Int>) -> Int {
    values[rows.lowerBound * columns..<rows.upperBound * columns]
      .reduce(0) { $1.isFinite ? $0 : $0 + 1 }
  }
}
