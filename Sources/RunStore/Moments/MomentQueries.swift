public import RunModel
import SQLite
import Sealing

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
    try forEachMoment(at: site, withAffine: withAffine, in: .min ... .max, body)
  }

  /// Passes each moment of `steps` at a site to `body`, in order, without gamma and beta.
  package func forEachMoment(
    at site: RecordedSite, steps: Range<Int>, _ body: (borrowing Moment) throws -> Void
  ) throws {
    guard let last = steps.last else { return }
    try forEachMoment(at: site, withAffine: false, in: steps.lowerBound...last, body)
  }

  /// The moment at a site and step; nil where it was not recorded.
  ///
  /// - Throws: `StoreError`.
  public func moment(at site: RecordedSite, step: Int, withAffine: Bool) throws -> Moment? {
    var found: Moment?
    try forEachMoment(at: site, withAffine: withAffine, in: step...step) { found = copy $0 }
    return found
  }

  /// Stops reading rows whose vectors are sealed.
  private struct IsSealed: Error {}

  /// Passes each moment of `steps` at a site to `body`, in order.
  func forEachMoment(
    at site: RecordedSite, withAffine: Bool, in steps: ClosedRange<Int>,
    _ body: (borrowing Moment) throws -> Void
  ) throws {
    let columns = MomentColumns(of: site, withAffine: withAffine, first: 0)
    var moment = Moment.empty
    var next = steps.lowerBound
    func readRows(_ steps: ClosedRange<Int>, untilSealed: Bool) throws {
      try connection.statement(
        "SELECT " + MomentColumns.names(withAffine: columns.haveAffine)
          + " WHERE site = ? AND step BETWEEN ? AND ? ORDER BY step"
      ).forEachRow([
        .integer(site.id), .integer(steps.lowerBound), .integer(steps.upperBound),
      ]) { row in
        if untilSealed, columns.areSealed(row) {
          next = row.integer(0)
          throw IsSealed()
        }
        try columns.read(row, into: &moment)
        try body(moment)
      }
    }
    try attemptReading {
      do {
        return try readRows(steps, untilSealed: true)
      } catch is IsSealed {}
      try connection.onOneState {
        let id = Int64(site.id)
        var block = SealedBlock(width: site.site.width, withAffine: columns.haveAffine)
        while let start = try connection.firstSealedBlock(
          at: id, from: next, to: steps.upperBound)
        {
          if next < start { try readRows(next...start - 1, untilSealed: false) }
          try block.unseal(from: start, at: id, connection)
          for (place, step) in block.steps.steps.enumerated()
          where next <= step && step <= steps.upperBound {
            block.read(at: place, into: &moment)
            try body(moment)
          }
          next = block.steps.span.upperBound + 1
          guard next <= steps.upperBound else { return }
        }
        try readRows(next...steps.upperBound, untilSealed: false)
      }
    }
  }
}
