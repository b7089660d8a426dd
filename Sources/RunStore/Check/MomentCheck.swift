import SQLite

/// A check of the moments at one site, with gamma and beta if the site has an epsilon.
struct MomentCheck {
  private let hasEpsilon: Bool
  private let sealed: SealedVectors
  private var vectors: VectorCheck

  /// The mean of the newest row.
  var mean: [Float] { vectors.mean }
  /// The variance of the newest row.
  var variance: [Float] { vectors.variance }

  init(_ connection: Connection, site: Int, width: Int, hasEpsilon: Bool) {
    self.hasEpsilon = hasEpsilon
    sealed = SealedVectors(connection, site: site, width: width, withAffine: hasEpsilon)
    vectors = VectorCheck(width: width)
  }

  /// Checks a row of `SiteCheck`'s query.
  ///
  /// - Returns: whether its count and its vectors' lengths are right.
  mutating func isSound(_ row: borrowing Row, isQuick: Bool, _ place: CheckReporter) throws -> Bool
  {
    let isSound = try vectors.check(
      row, count: 1, nonFinite: 2, mean: 3, variance: 4, isQuick: isQuick, place,
      sealed: (sealed, row.integer(0)))
    let isSealed = SealedVectors.isSealed(row, 3)
    switch (row.isNull(5) && !(isSealed && hasEpsilon), hasEpsilon) {
    case (true, true):
      try place.fault("affine", "gamma and beta are missing from the table affine.")
    case (false, false):
      try place.fault("affine", "there are gamma and beta, but no normalization reads the tensor.")
    case (false, true):
      for (vector, column) in [(MomentVector.gamma, 6), (.beta, 7)] {
        let isThere = try isSealed || vectors.hasWidth(vector.name, row, column, place)
        guard isThere, isSound, !isQuick else { continue }
        try checkNumbers(vector, row, column, place)
      }
    case (true, false): break
    }
    return isSound
  }

  /// Checks gamma or beta for NaN, which a finite loss rules out.
  private func checkNumbers(
    _ vector: MomentVector, _ row: borrowing Row, _ column: Int, _ place: CheckReporter
  ) throws {
    guard row.integer(2) == 0, let loss = row.optionalReal(9), loss.isFinite else { return }
    var numbers: [Float] = []
    try sealed.read(
      vector, row, column, isSealed: SealedVectors.isSealed(row, 3), step: row.integer(0),
      into: &numbers)
    if let unit = numbers.firstIndex(where: \.isNaN) {
      try place.fault(
        "finite",
        "the \(vector.name) of unit \(unit + 1) is NaN, and the loss of the step is finite.")
    }
  }
}
