import RunModel
import SQLite

/// The columns of the rows of `moment` at one site.
struct MomentColumns {
  private let width: Int
  private let site: Int
  /// Whether gamma and beta are read.
  let haveAffine: Bool
  private let first: Int
  private var frames: SiteFrames

  init(of recorded: RecordedSite, withAffine: Bool, first: Int, _ connection: Connection) {
    width = recorded.site.width
    site = recorded.id
    haveAffine = withAffine && recorded.site.epsilon != nil
    self.first = first
    frames = SiteFrames(connection, site: site, width: width)
  }

  /// The columns and their tables, in SQL.
  static func names(withAffine: Bool) -> String {
    """
    step, count, non_finite_count, mean, variance\(withAffine ? ", gamma, beta" : "")
    FROM moment\(withAffine ? " LEFT JOIN affine ON affine.moment = moment.id" : "")
    """
  }

  /// Reads a row into `moment`, whose memory is reused if it belongs to the same site.
  ///
  /// - Throws: `SQLiteError` with code `corrupt` where the row is impossible for the site, `MissingAffine` where gamma and
  ///   beta are read and missing.
  mutating func read(_ row: borrowing Row, into moment: inout Moment) throws {
    let step = try row.count(first)
    moment.step = step
    moment.count = try row.count(first + 1)
    moment.nonFiniteCount = try row.count(first + 2)
    try frames.read(.mean, row, first + 3, step: step, into: &moment.mean)
    try frames.read(.variance, row, first + 4, step: step, into: &moment.variance)
    guard haveAffine else {
      moment.gamma = []
      moment.beta = []
      return
    }
    do {
      try frames.read(.gamma, row, first + 5, step: step, into: &moment.gamma)
      try frames.read(.beta, row, first + 6, step: step, into: &moment.beta)
    } catch {
      guard row.isNull(first + 5) else { throw error }
      throw MissingAffine(site: site, step: step)
    }
  }
}
