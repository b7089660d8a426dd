/// The batch mean and biased batch variance of each feature of a tensor, in buffers that are used again.
package struct TensorMoments: Sendable, Equatable {
  /// The number of rows that were summed over.
  package private(set) var count = 0
  /// How many of the tensor's elements are NaN or infinite.
  package private(set) var nonFiniteCount = 0
  /// The mean over rows, [features].
  package private(set) var mean: [Float]
  /// The biased variance over rows (divided by `count`), [features].
  package private(set) var variance: [Float]

  private var sums: [Double]
  private var squares: [Double]

  /// Makes room for tensors with `features` columns.
  package init(features: Int) {
    mean = Array(repeating: 0, count: features)
    variance = Array(repeating: 0, count: features)
    sums = Array(repeating: 0, count: features)
    squares = Array(repeating: 0, count: features)
  }

  /// Computes the moments of `tensor`, [batch, features].
  ///
  /// Two passes: sums of four rows in float32 are added up in Double, in a fixed order. The second pass also
  /// sums the deviations, which corrects the first pass's rounding (the corrected two-pass algorithm of
  /// Chan, Golub and LeVeque, "Algorithms for computing the sample variance").
  /// - Precondition: `tensor` has the number of features that this was made for, and at least one row.
  package mutating func compute(of tensor: Matrix) {
    precondition(
      tensor.columns == mean.count && tensor.rows > 0,
      "Moments of \(mean.count) features can't be computed of a \(tensor.rows)x\(tensor.columns) tensor."
    )
    count = tensor.rows
    let scale = 1 / Double(count)
    TensorMoments.addUp(tensor, into: &sums)
    for feature in mean.indices { mean[feature] = Float(sums[feature] * scale) }
    TensorMoments.addUpDeviations(of: tensor, from: mean, into: &sums, squares: &squares)
    for feature in mean.indices {
      let correction = sums[feature] * scale
      mean[feature] = Float(Double(mean[feature]) + correction)
      let unclamped = squares[feature] * scale - correction * correction
      // Not max(0, …), which would turn NaN into 0.
      variance[feature] = unclamped < 0 ? 0 : Float(unclamped)
    }
    nonFiniteCount = 0
    if !variance.allSatisfy(\.isFinite) {
      nonFiniteCount = tensor.values.reduce(0) { $1.isFinite ? $0 : $0 + 1 }
    }
  }

  /// Leaves the sum of each column in `columnSums`.
  private static func addUp(_ tensor: Matrix, into columnSums: inout [Double]) {
    let columns = tensor.columns
    let x = tensor.values.span
    var sums = columnSums.mutableSpan
    sums.update(repeating: 0)
    var row = 0
    while row + 4 <= tensor.rows {
      let x0 = x.extracting(row * columns..<(row + 1) * columns)
      let x1 = x.extracting((row + 1) * columns..<(row + 2) * columns)
      let x2 = x.extracting((row + 2) * columns..<(row + 3) * columns)
      let x3 = x.extracting((row + 3) * columns..<(row + 4) * columns)
      for j in 0..<columns { sums[j] += Double((x0[j] + x1[j]) + (x2[j] + x3[j])) }
      row += 4
    }
    while row < tensor.rows {
      let x0 = x.extracting(row * columns..<(row + 1) * columns)
      for j in 0..<columns { sums[j] += Double(x0[j]) }
      row += 1
    }
  }

  /// Leaves the sum of each column's deviations from `mean` in `columnSums`, of their squares in `columnSquares`.
  private static func addUpDeviations(
    of tensor: Matrix, from mean: [Float], into columnSums: inout [Double],
    squares columnSquares: inout [Double]
  ) {
    let columns = tensor.columns
    let x = tensor.values.span
    let center = mean.span.extracting(0..<columns)
    var sums = columnSums.mutableSpan
    var squares = columnSquares.mutableSpan
    sums.update(repeating: 0)
    squares.update(repeating: 0)
    var row = 0
    while row + 4 <= tensor.rows {
      let x0 = x.extracting(row * columns..<(row + 1) * columns)
      let x1 = x.extracting((row + 1) * columns..<(row + 2) * columns)
      let x2 = x.extracting((row + 2) * columns..<(row + 3) * columns)
      let x3 = x.extracting((row + 3) * columns..<(row + 4) * columns)
      for j in 0..<columns {
        let d0 = x0[j] - center[j]
        let d1 = x1[j] - center[j]
        let d2 = x2[j] - center[j]
        let d3 = x3[j] - center[j]
        sums[j] += Double((d0 + d1) + (d2 + d3))
        squares[j] += Double((d0 * d0 + d1 * d1) + (d2 * d2 + d3 * d3))
      }
      row += 4
    }
    while row < tensor.rows {
      let x0 = x.extracting(row * columns..<(row + 1) * columns)
      for j in 0..<columns {
        let d0 = x0[j] - center[j]
        sums[j] += Double(d0)
        squares[j] += Double(d0 * d0)
      }
      row += 1
    }
  }
}
