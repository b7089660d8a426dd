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

  /// The number of steps at which a site has moments.
  ///
  /// - Throws: `StoreError`.
  public func stepCount(at site: RecordedSite) throws -> Int {
    try attempt {
      try connection.firstRow(
        "SELECT count(*) FROM moment WHERE site = ?", [.integer(site.id)]
      ) { $0.integer(0) } ?? 0
    }
  }

  /// The number of steps within `range` at which a site has moments.
  ///
  /// - Throws: `StoreError`.
  public func stepCount(at site: RecordedSite, in range: ClosedRange<Int>) throws -> Int {
    try attempt {
      try connection.firstRow(
        "SELECT count(*) FROM moment WHERE site = ? AND step BETWEEN ? AND ?",
        [.integer(site.id), .integer(range.lowerBound), .integer(range.upperBound)]
      ) { $0.integer(0) } ?? 0
    }
  }

  /// The steps within `range` at which a site has moments, in order.
  ///
  /// - Throws: `StoreError`.
  public func steps(at site: RecordedSite, in range: ClosedRange<Int>) throws -> [Int] {
    try attempt {
      try connection.rows(
        "SELECT step FROM moment WHERE site = ? AND step BETWEEN ? AND ? ORDER BY step",
        [.integer(site.id), .integer(range.lowerBound), .integer(range.upperBound)]
      ) { try $0.count(0) }
    }
  }

  /// The last step up to `step` at which a site has moments; nil where it has none there.
  ///
  /// - Throws: `StoreError`.
  public func lastStep(at site: RecordedSite, upTo step: Int) throws -> Int? {
    try attempt {
      try connection.firstRow(
        "SELECT max(step) FROM moment WHERE site = ? AND step <= ?",
        [.integer(site.id), .integer(step)]
      ) { $0.isNull(0) ? nil : try $0.count(0) } ?? nil
    }
  }

  /// Passes each moment at a site to `body`, in order of steps; the moment's memory is reused for the next one.
  ///
  /// - Parameters:
  ///   - site: the site.
  ///   - withAffine: whether to read gamma and beta, where the site has them.
  ///   - body: called for each moment.
  /// - Throws: `StoreError`, or what `body` throws.
  public func forEachMoment(
    at site: RecordedSite, withAffine: Bool, _ body: (borrowing Moment) throws -> Void
  ) throws {
    try readMoments(at: site, withAffine: withAffine, where: "", [], body)
  }

  /// Passes each moment of `steps` at a site to `body`, in order, without gamma and beta.
  package func forEachMoment(
    at site: RecordedSite, steps: Range<Int>, _ body: (borrowing Moment) throws -> Void
  ) throws {
    try readMoments(
      at: site, withAffine: false, where: " AND step >= ? AND step < ?",
      [.integer(steps.lowerBound), .integer(steps.upperBound)], body)
  }

  /// The moment at a site and step; nil where it was not recorded.
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
