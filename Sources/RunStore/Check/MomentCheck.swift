import SQLite

/// A check of the moments at one site, with gamma and beta if the site has an epsilon.
struct MomentCheck {
  private let hasEpsilon: Bool
  private var vectors: VectorCheck

  /// The mean of the newest row.
  var mean: [Float] { vectors.mean }
  /// The variance of the newest row.
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
      try place.fault("affine", "gamma and beta are missing from the table affine.")
    case (false, false):
      try place.fault("affine", "there are gamma and beta, but no normalization reads the tensor.")
    case (false, true):
      for (name, column) in [("gamma", 6), ("beta", 7)] {
        guard try vectors.hasWidth(name, row, column, place), isSound, !isQuick else { continue }
        try checkNumbers(name, row, column, place)
      }
    case (true, false): break
    }
    return isSound
  }

  /// Checks gamma or beta for NaN, which a finite loss rules out.
  private func checkNumbers(
    _ name: String, _ row: borrowing Row, _ column: Int, _ place: CheckReporter
  ) throws {
    guard row.integer(2) == 0, let loss = row.optionalReal(9), loss.isFinite else { return }
    if let unit = try row.floats(column, count: vectors.width).firstIndex(where: \.isNaN) {
      try place.fault(
        "finite", "the \(name) of unit \(unit + 1) is NaN, and the loss of the step is finite.")
    }
  }
}
