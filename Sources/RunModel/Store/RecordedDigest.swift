import Statistics

/// The digests of the rows that a run recorded at its steps, by which two copies of it are compared.
package struct RecordedDigest {
  /// The comparison of two copies.
  package enum Comparison: Sendable, Equatable {
    /// They have the same rows.
    case equal
    /// The first has rows besides those of the second.
    case more
    /// The second has rows besides those of the first.
    case fewer
    /// They have different rows of a table.
    case different(table: String)
  }

  /// The digest of each row, by a digest of its table, its site and its step.
  private var rows: [String: [UInt64: UInt64]] = [:]

  /// Reads all rows of `run` that belong to steps, but for checkpoints and events, which may be deleted and added later.
  ///
  /// - Throws: `StoreError`.
  package init(of run: Run, in store: some RecordReading) throws {
    for table in try store.recordedTables() where !["checkpoint", "event"].contains(table.name) {
      guard let step = table.columns.firstIndex(where: { $0.name == "step" }) else { continue }
      var digests: [UInt64: UInt64] = [:]
      try table.forEachRow(run) { site, cells in
        var key = XXHash64()
        if let site {
          key.add(
            "\(site.layer) \(site.tap) \(site.population) \(site.statistics) \(site.width)".utf8)
        }
        key.add("\(cells[step])".utf8)
        var row = XXHash64()
        for cell in cells { RecordedDigest.add(cell, to: &row) }
        // Rows of one step, such as those of several layers, in any order.
        digests[key.value, default: 0] &+= row.value
      }
      rows[table.name] = digests
    }
  }

  private static func add(_ cell: Cell, to digest: inout XXHash64) {
    switch cell {
    case .floats(let numbers): digest.add(numbers.span)
    case .number(let number): digest.add(number.isNaN ? Double.nan.bitPattern : number.bitPattern)
    default: digest.add("\(cell) ".utf8)
    }
  }

  /// Compares the rows of two copies.
  package func compared(with other: RecordedDigest) -> Comparison {
    var (hasMore, hasFewer) = (false, false)
    for name in Set(rows.keys).union(other.rows.keys).sorted() {
      let (own, others) = (rows[name] ?? [:], other.rows[name] ?? [:])
      var common = 0
      for (key, digest) in own {
        guard let there = others[key] else {
          hasMore = true
          continue
        }
        guard there == digest else { return .different(table: name) }
        common += 1
      }
      hasFewer = hasFewer || common < others.count
      if hasMore && hasFewer { return .different(table: name) }
    }
    return hasMore ? .more : hasFewer ? .fewer : .equal
  }
}
