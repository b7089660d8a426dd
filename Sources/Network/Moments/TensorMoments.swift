package import Statistics

/// The mean and biased variance of each column of a tensor, in buffers that are used again.
///
/// A tensor may come in parts: each is added by the pairwise formula of Chan, Golub and LeVeque (1983), in Double.
package struct TensorMoments: Sendable, Equatable {
  /// The number of rows that were summed over.
  package private(set) var count = 0
  /// How many of the tensor's elements are NaN or infinite.
  package private(set) var nonFiniteCount = 0
  /// The mean over rows, [features].
  package private(set) var mean: [Float]
  /// The biased variance over rows (divided by `count`), [features].
  package private(set) var variance: [Float]

  /// The first four moments, where a pass observed them; of no rows else.
  package private(set) var higherMoments: HigherMomentAccumulator
  /// All rows, [count, features], where a pass kept them; empty else.
  package private(set) var values: [Float] = []

  /// The mean and the sum of squared deviations from it, of all rows so far.
  private var exactMean: [Double]
  private var squaredDeviations: [Double]
  private var sums: [Double]
  private var squares: [Double]

  /// Makes room for tensors with `features` columns.
  package init(features: Int) {
    mean = Array(repeating: 0, count: features)
    variance = Array(repeating: 0, count: features)
    higherMoments = HigherMomentAccumulator(features: features)
    exactMean = Array(repeating: 0, count: features)
    squaredDeviations = exactMean
    sums = exactMean
    squares = exactMean
  }

  /// Computes the moments of `tensor`, [batch, features], forgetting what was added before.
  ///
  /// - Precondition: `tensor` has the number of features that this was made for, and at least one row.
  package mutating func compute(of tensor: Matrix) {
    reset()
    add(tensor, rows: 0..<tensor.rows)
  }

  /// Forgets what was added.
  package mutating func reset() {
    count = 0
    nonFiniteCount = 0
    higherMoments.removeAll()
    values.removeAll(keepingCapacity: true)
  }

  /// Adds the rows `rows` of `tensor`, [batch, features], and what `detail` asks for beside mean and variance.
  ///
  /// - Precondition: as for `add`.
  mutating func add(_ tensor: Matrix, rows: Range<Int>, _ detail: ForwardPass.Detail) {
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
  /// Deviations from an estimate of the mean and their squares are summed, eight rows in float32, then in Double, in a
  /// fixed order; the sum of the deviations corrects both moments (the corrected and shifted algorithms of Chan, Golub
  /// and LeVeque, "Algorithms for computing the sample variance"). The estimate is the mean of rows spread over
  /// `rows`, so that it is among the numbers and nothing cancels.
  /// - Precondition: `tensor` has the number of features that this was made for, and `rows` is not empty.
  package mutating func add(_ tensor: Matrix, rows: Range<Int>) {
    precondition(
      tensor.columns == mean.count && !rows.isEmpty,
      "Moments of \(mean.count) features can't be computed of \(rows.count) rows of a \(tensor.rows)x\(tensor.columns) tensor."
    )
    let added = Double(rows.count)
    let isFirst = count == 0
    // Until the end of this function `mean` is the estimate for these rows.
    let sampled = TensorMoments.addUpSample(tensor, rows, into: &sums)
    for feature in mean.indices { mean[feature] = Float(sums[feature] / sampled) }
    ElementwiseKernel.addUpDeviations(
      of: tensor, rows: rows, from: mean, into: &sums, squares: &squares)
    let total = Double(count) + added
    var isFinite = true
    for feature in mean.indices {
      let correction = sums[feature] / added
      let partMean = Double(mean[feature]) + correction
      let unclamped = squares[feature] - correction * sums[feature]
      // Not max(0, …), which would turn NaN into 0.
      let part = unclamped < 0 ? 0 : unclamped
      isFinite = isFinite && part.isFinite
      if isFirst {
        exactMean[feature] = partMean
        squaredDeviations[feature] = part
      } else {
        let difference = partMean - exactMean[feature]
        squaredDeviations[feature] +=
          part + difference * difference * (Double(count) * added / total)
        exactMean[feature] += difference * (added / total)
      }
    }
    count += rows.count
    if !isFinite {
      nonFiniteCount += tensor.nonFiniteCount(inRows: rows)
    }
    round()
  }

  /// Adds the rows that `other` was computed of.
  package mutating func merge(_ other: TensorMoments) {
    guard other.count > 0 else { return }
    let total = Double(count + other.count)
    let share = Double(other.count) / total
    for feature in mean.indices {
      if count == 0 {
        exactMean[feature] = other.exactMean[feature]
        squaredDeviations[feature] = other.squaredDeviations[feature]
      } else {
        let difference = other.exactMean[feature] - exactMean[feature]
        squaredDeviations[feature] +=
          other.squaredDeviations[feature] + difference * difference * (Double(count) * share)
        exactMean[feature] += difference * share
      }
    }
    count += other.count
    nonFiniteCount += other.nonFiniteCount
    higherMoments.merge(other.higherMoments)
    values += other.values
    round()
  }

  private mutating func round() {
    let scale = 1 / Double(count)
    for feature in mean.indices {
      mean[feature] = Float(exactMean[feature])
      variance[feature] = Float(squaredDeviations[feature] * scale)
    }
  }

  /// Leaves the sum of each column over up to 16 rows that lie equally far apart, and returns their number.
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
  /// How many elements of the rows `rows` are NaN or infinite.
  fileprivate func nonFiniteCount(inRows rows: Range<Int>) -> Int {
    values[rows.lowerBound * columns..<rows.upperBound * columns]
      .reduce(0) { $1.isFinite ? $0 : $0 + 1 }
  }
}
