import RunModel
import SQLite

/// The rows of the moments of some sites.
struct MomentRows {
  /// The first and the last row id, if the rows are in the order of steps.
  var (first, last) = (Int.max, Int.min)
  /// The number of rows.
  var count = 0
}

/// One pass over the moments of some sites, in the order of their rows.
struct MomentPass: Sendable {
  /// The number of moments.
  var count = 0
  /// The first and the last step of each site; nil for a site without moments.
  var steps: [ClosedRange<Int>?]
}

extension RunDatabase {
  /// The rows of the moments of `sites`, where they are at least an eighth of all rows from the first to the last; else nil.
  ///
  /// - Throws: `StoreError`.
  func rowsLyingTogether(of sites: [RecordedSite]) throws -> MomentRows? {
    var rows = MomentRows()
    // The index, which holds the row ids, answers all of this.
    let select = "FROM moment WHERE site = ?"
    try attempt {
      for site in sites {
        for order in ["", " DESC"] {
          let id = try connection.firstRow(
            "SELECT id \(select) ORDER BY step\(order) LIMIT 1", [.integer(site.id)]
          ) { $0.integer(0) }
          guard let id else { continue }
          rows.first = min(rows.first, id)
          rows.last = max(rows.last, id)
        }
        rows.count +=
          try connection.firstRow("SELECT count(*) \(select)", [.integer(site.id)]) {
            $0.integer(0)
          } ?? 0
      }
    }
    // Halved, because row ids in a foreign file may be as far apart as integers can be.
    guard rows.first <= rows.last, rows.count >= (rows.last / 2 - rows.first / 2) / 4 else {
      return nil
    }
    return rows
  }

  /// Stops reading rows that are not in the order of steps, or sealed.
  private struct OutOfOrder: Error {}

  /// Passes the moments of `sites` among the rows with these ids to `body`.
  ///
  /// - Returns: the pass; nil where the rows are not in the order of steps at each site, or sealed.
  /// - Throws: `StoreError`, or what `body` throws.
  func forEachMoment(
    inOnePass rows: ClosedRange<Int>, at sites: [RecordedSite], withAffine: Bool,
    _ body: (_ index: Int, _ moment: borrowing Moment) throws -> Void
  ) throws -> MomentPass? {
    let columns = sites.map { MomentColumns(of: $0, withAffine: withAffine, first: 1) }
    let places = Dictionary(
      sites.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    var moments = sites.map { _ in Moment.empty }
    var (firstSteps, lastSteps) = (sites.map { _ in -1 }, sites.map { _ in -1 })
    var count = 0
    // Sites are recorded in the same order at every step.
    var next = 0
    do {
      try attemptReading {
        let names = MomentColumns.names(withAffine: columns.contains { $0.haveAffine })
        try connection.statement(
          "SELECT site, \(names) WHERE moment.id BETWEEN ? AND ? ORDER BY moment.id"
        ).forEachRow([.integer(rows.lowerBound), .integer(rows.upperBound)]) { row in
          let site = row.integer(0)
          guard let index = sites[next].id == site ? next : places[site] else { return }
          next = index + 1 == sites.count ? 0 : index + 1
          // They were sealed just now: a recording is not read in one pass once it is sealed in part.
          guard !columns[index].areSealed(row) else { throw OutOfOrder() }
          try columns[index].read(row, into: &moments[index])
          let step = moments[index].step
          guard step > lastSteps[index] else { throw OutOfOrder() }
          if lastSteps[index] < 0 { firstSteps[index] = step }
          lastSteps[index] = step
          count += 1
          // A span lends a moment, where an array would copy it.
          let lent = moments.span
          try body(index, lent[index])
        }
      }
    } catch is OutOfOrder {
      return nil
    }
    return MomentPass(
      count: count,
      steps: zip(firstSteps, lastSteps).map { $0 < 0 ? nil : $0...$1 })
  }
}
