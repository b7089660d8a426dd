public import RunModel
import SQLite

extension RunDatabase {
  /// The steps at which a site has moments, in order.
  ///
  /// - Throws: `StoreError`.
  public func steps(at site: RecordedSite) throws -> [Int] {
    try attempt {
      try connection.rows(
        "SELECT step FROM moment WHERE site = ? ORDER BY step", [.integer(site.id)]
      ) { try $0.count(0) }
    }
  }

  /// The moments at a site, in order of steps; the value handed out is used again for the next.
  ///
  /// - Parameters:
  ///   - site: where they were taken.
  ///   - withAffine: whether gamma and beta are wanted, where the site has them.
  ///   - body: is called for each.
  /// - Throws: `StoreError`, or what `body` throws.
  public func forEachMoment(
    at site: RecordedSite, withAffine: Bool, _ body: (borrowing Moment) throws -> Void
  ) throws {
    try readMoments(at: site, withAffine: withAffine, where: "", [], body)
  }

  /// The moments at a site without gamma and beta, of the steps `steps`, in order.
  func forEachMoment(
    at site: RecordedSite, steps: Range<Int>, _ body: (borrowing Moment) throws -> Void
  ) throws {
    try readMoments(
      at: site, withAffine: false, where: " AND step >= ? AND step < ?",
      [.integer(steps.lowerBound), .integer(steps.upperBound)], body)
  }

  /// The moment at a site and step, nil where there is none.
  ///
  /// - Throws: `StoreError`.
  public func moment(at site: RecordedSite, step: Int, withAffine: Bool) throws -> Moment? {
    try onlyMoment(at: site, withAffine: withAffine, where: " AND step = ?", [.integer(step)])
  }

  private func onlyMoment(
    at site: RecordedSite, withAffine: Bool, where condition: String, _ bindings: [Binding]
  ) throws -> Moment? {
    var found: Moment?
    try readMoments(at: site, withAffine: withAffine, where: condition, bindings) {
      found = copy $0
    }
    return found
  }

  private func readMoments(
    at site: RecordedSite, withAffine: Bool, where condition: String, _ bindings: [Binding],
    _ body: (borrowing Moment) throws -> Void
  ) throws {
    let columns = MomentColumns(of: site, withAffine: withAffine, first: 0)
    var moment = Moment.empty
    try attemptReading {
      try connection.statement(
        "SELECT " + MomentColumns.names(withAffine: columns.haveAffine)
          + " WHERE site = ?\(condition) ORDER BY step"
      ).forEachRow([.integer(site.id)] + bindings) { row in
        try columns.read(row, into: &moment)
        try body(moment)
      }
    }
  }
}

/// Columns of rows of `moment` at one site.
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

  /// The names of the columns, and the tables that they are in.
  static func names(withAffine: Bool) -> String {
    """
    step, count, non_finite_count, mean, variance\(withAffine ? ", gamma, beta" : "")
    FROM moment\(withAffine ? " LEFT JOIN affine ON affine.moment = moment.id" : "")
    """
  }

  /// Takes over a row; of a moment of the same site the memory is used again.
  ///
  /// - Throws: `SQLiteError` with code `corrupt` where it can't be a moment of the site, `MissingAffine` where gamma and
  ///   beta are wanted and missing.
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
