import RunModel
import SQLite

/// The columns of the rows of `moment` at one site.
struct MomentColumns {
  private let width: Int
  private let site: Int
  /// Whether gamma and beta are read.
  let haveAffine: Bool
  private let first: Int

  init(of recorded: RecordedSite, withAffine: Bool, first: Int) {
    width = recorded.site.width
    site = recorded.id
    haveAffine = withAffine && recorded.site.epsilon != nil
    self.first = first
  }

  /// The columns and their tables, in SQL.
  static func names(withAffine: Bool) -> String {
    """
    step, count, non_finite_count, mean, variance\(withAffine ? ", gamma, beta" : "")
    FROM moment\(withAffine ? " LEFT JOIN affine ON affine.moment = moment.id" : "")
    """
  }

  /// Whether the vectors of a row are sealed.
  func areSealed(_ row: borrowing Row) -> Bool { SealedVectors.isSealed(row, first + 3) }

  /// Reads a row into `moment`, whose memory is reused if it belongs to the same site.
  ///
  /// - Throws: `SQLiteError` with code `corrupt` where the row is impossible for the site, `MissingAffine` where gamma and
  ///   beta are read and missing.
  func read(_ row: borrowing Row, into moment: inout Moment) throws {
    moment.step = try row.count(first)
    moment.count = try row.count(first + 1)
    moment.nonFiniteCount = try row.count(first + 2)
    try row.floats(first + 3, count: width, into: &moment.mean)
    try row.floats(first + 4, count: width, into: &moment.variance)
    guard haveAffine else {
      moment.gamma = []
      moment.beta = []
      return
    }
    do {
      try row.floats(first + 5, count: width, into: &moment.gamma)
      try row.floats(first + 6, count: width, into: &moment.beta)
    } catch {
      guard row.isNull(first + 5) else { throw error }
      throw MissingAffine(site: site, step: moment.step)
    }
  }
}
