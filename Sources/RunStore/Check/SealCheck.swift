import SQLite
import Sealing

/// A check of the sealed blocks at one site: that each can be unsealed, and holds what the rows of its steps lack.
struct SealCheck {
  let connection: Connection
  let site: Int
  let width: Int
  let hasAffine: Bool
  let isQuick: Bool
  let reporter: CheckReporter

  /// - Throws: `SQLiteError`, or what the reporter throws.
  func check() throws {
    let vectors = MomentVector.all(withAffine: hasAffine)
    let misplaced = try connection.firstRow(
      """
      SELECT step FROM sealed WHERE site = ? AND NOT (step >= 0 AND step % \(SealedSteps.span) = 0
        AND vector BETWEEN 0 AND \(vectors.count)) LIMIT 1
      """, [.integer(site)]
    ) { $0.integer(0) }
    if let misplaced {
      try reporter.fault("sealed", "a sealed vector of step \(misplaced) is impossible.")
    }
    guard !isQuick else { return }
    var block = SealedBlock(width: width, withAffine: hasAffine)
    var next = 0
    while let start = try connection.firstSealedBlock(
      at: Int64(site), from: next, to: Row.largestCount)
    {
      next = start + SealedSteps.span
      let place = reporter.at(.block(steps: SealedSteps.span), start / SealedSteps.span)
      do {
        try block.unseal(from: start, at: Int64(site), connection)
      } catch let error as SQLiteError where error.code == .corrupt && error.sql == nil {
        // Errors of SQLite itself name the statement.
        try place.fault("sealed", "\(error.message).")
        continue
      }
      if try !holdsRows(block.steps) {
        try place.fault(
          "sealed", "it holds other moments than those that have no vectors in the table moment.")
      }
    }
  }

  /// Whether the rows in the span of a block are those of its steps, without vectors.
  private func holdsRows(_ steps: SealedSteps) throws -> Bool {
    var rows = SealedSteps(start: steps.start)
    var areSealed = true
    try connection.statement(
      """
      SELECT step, count, non_finite_count, mean, variance, affine.moment
      FROM moment LEFT JOIN affine ON affine.moment = moment.id
      WHERE site = ? AND step BETWEEN ? AND ? ORDER BY step
      """
    ).forEachRow([
      .integer(site), .integer(steps.span.lowerBound), .integer(steps.span.upperBound),
    ]) { row in
      rows.append(step: row.integer(0), count: row.integer(1), nonFiniteCount: row.integer(2))
      areSealed =
        areSealed && SealedVectors.isSealed(row, 3) && SealedVectors.isSealed(row, 4)
        && row.isNull(5)
    }
    return areSealed && rows == steps
  }
}
