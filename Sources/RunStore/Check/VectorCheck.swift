import SQLite

/// A check of means and variances of `width` features, which keeps the newest for further checks.
struct VectorCheck {
  let width: Int
  /// The largest plausible number of rows.
  let largestCount: Int
  /// The mean of the newest row; empty before the first.
  private(set) var mean: [Float] = []
  /// The variance of the newest row.
  private(set) var variance: [Float] = []

  init(width: Int, largestCount: Int = 1 << 32) {
    self.width = width
    self.largestCount = largestCount
  }

  /// Checks a row, given the columns of its parts, and the site's sealed vectors with the row's step where it may be sealed.
  ///
  /// Its numbers are checked unless `isQuick`: where no element was NaN or infinite, the mean is finite and the
  /// variance is neither NaN nor negative. An infinite variance is a note: the variance of numbers above 10¹⁹
  /// is too large for float32.
  /// - Returns: whether the count and the vectors' lengths are right.
  @discardableResult
  mutating func check(
    _ row: borrowing Row, count countColumn: Int, nonFinite: Int, mean meanColumn: Int,
    variance varianceColumn: Int, isQuick: Bool, _ place: CheckReporter,
    sealed: (vectors: SealedVectors, step: Int)? = nil
  ) throws -> Bool {
    let count = row.integer(countColumn)
    let nonFiniteCount = row.integer(nonFinite)
    var isSound = (1...largestCount).contains(count)
    if !isSound { try place.fault("count", "moments of \(count) rows are impossible.") }
    // Divided, as the product may be too large.
    if nonFiniteCount < 0 || (isSound && (nonFiniteCount - 1) / width >= count) {
      isSound = false
      try place.fault(
        "count", "\(nonFiniteCount) elements that are NaN or infinite are impossible.")
    }
    let isSealed = sealed != nil && SealedVectors.isSealed(row, meanColumn)
    if !isSealed {
      for (name, column) in [("mean", meanColumn), ("variance", varianceColumn)] {
        isSound = try hasWidth(name, row, column, place) && isSound
      }
    }
    guard isSound && !isQuick else { return isSound }
    if isSealed, let (vectors, step) = sealed {
      try vectors.read(.mean, step: step, into: &mean)
      try vectors.read(.variance, step: step, into: &variance)
    } else {
      try row.floats(meanColumn, count: width, into: &mean)
      try row.floats(varianceColumn, count: width, into: &variance)
    }
    if nonFiniteCount == 0 { try checkNumbers(place) }
    return true
  }

  /// Whether a vector has the site's width; reports a fault otherwise.
  func hasWidth(_ name: String, _ row: borrowing Row, _ column: Int, _ place: CheckReporter) throws
    -> Bool
  {
    let bytes = row.byteCount(column)
    guard bytes != width * MemoryLayout<Float>.stride else { return true }
    try place.fault(
      "vector-width", "the \(name) is \(bytes) bytes long, not \(width) float32 numbers.")
    return false
  }

  private func checkNumbers(_ place: CheckReporter) throws {
    if let unit = mean.firstIndex(where: { !$0.isFinite }) {
      try place.fault(
        "finite",
        "the mean of unit \(unit + 1) is \(mean[unit]), and no element was NaN or infinite."
      )
    }
    if let unit = variance.firstIndex(where: { $0.isNaN || $0 < 0 }) {
      try place.fault(
        "variance",
        "the variance of unit \(unit + 1) is \(variance[unit]), and no element was NaN or infinite."
      )
    }
    if let unit = variance.firstIndex(of: .infinity) {
      try place.note("variance", "the variance of unit \(unit + 1) is too large for float32.")
    }
  }
}
