import SQLite

/// Checks the rows of `moment` at one site, with gamma and beta where the site has an epsilon.
struct MomentCheck {
  private let hasEpsilon: Bool
  private var vectors: VectorCheck

  /// The mean of the row that was checked last.
  var mean: [Float] { vectors.mean }
  /// Its variance.
  var variance: [Float] { vectors.variance }

  init(width: Int, hasEpsilon: Bool) {
    self.hasEpsilon = hasEpsilon
    vectors = VectorCheck(width: width)
  }

  /// Checks a row of `SiteCheck`'s query.
  ///
  /// - Returns: whether its count and its vectors' lengths are right.
  mutating func isSound(_ row: borrowing Row, isQuick: Bool, _ place: CheckReporter) throws -> Bool
  {
    let isSound = try vectors.check(
      row, count: 1, nonFinite: 2, mean: 3, variance: 4, isQuick: isQuick, place)
    switch (row.isNull(5), hasEpsilon) {
    case (true, true):
      try place.fault("affine", "gamma and beta are missing, which the table affine should hold.")
    case (false, false):
      try place.fault("affine", "there are gamma and beta, and no batch norm reads the tensor.")
    case (false, true):
      for (name, column) in [("gamma", 6), ("beta", 7)] {
        guard try vectors.hasWidth(name, row, column, place), isSound, !isQuick else { continue }
        try checkNumbers(name, row, column, place)
      }
    case (true, false): break
    }
    return isSound
  }

  /// A loss is finite just where all that it was computed with was a number.
  private func checkNumbers(
    _ name: String, _ row: borrowing Row, _ column: Int, _ place: CheckReporter
  ) throws {
    guard row.integer(2) == 0, let loss = row.optionalReal(9), loss.isFinite else { return }
    if let unit = try row.floats(column, count: vectors.width).firstIndex(where: \.isNaN) {
      try place.fault(
        "finite", "the \(name) of feature \(unit) is NaN, and the loss of the step is finite.")
    }
  }
}
