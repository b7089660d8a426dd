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
    case (true, true): try place.fault("affine", "gamma and beta are missing.")
    case (false, false):
      try place.fault("affine", "there are gamma and beta, and no batch norm reads the tensor.")
    case (false, true):
      for (name, column) in [("gamma", 6), ("beta", 7)] {
        _ = try vectors.hasWidth(name, row, column, place)
      }
    case (true, false): break
    }
    return isSound
  }
}
