import RunModel
import SQLite

extension RunDatabase {
  /// The moments at a site before `step` that come after its last complete block.
  ///
  /// - Throws: `SQLiteError`.
  func unsealedSteps(at site: RecordedSite, before step: Int) throws -> UnsealedSteps {
    // Blocks follow each other from the newest frame on; ones that sealing does not make smaller have none.
    let rows = """
      FROM moment WHERE site = ?1 AND step < ?2
        AND step >= ifnull((SELECT max(step) FROM frame WHERE site = ?1 AND step < ?2), 0)
      """
    let bindings: [Binding] = [.integer(site.id), .integer(step)]
    let (count, newest) =
      try connection.firstRow("SELECT count(*), max(step) \(rows)", bindings) {
        ($0.integer(0), $0.optionalInteger(1))
      } ?? (0, nil)
    guard let newest else { return UnsealedSteps() }
    let rest = count % UnsealedSteps.blockLength
    let first = try connection.firstRow(
      "SELECT step \(rows) ORDER BY step LIMIT 1 OFFSET ?3", bindings + [.integer(count - rest)]
    ) { $0.integer(0) }
    // In a damaged index the first may come after the newest.
    guard let first, first <= newest else { return UnsealedSteps(newest: newest) }
    return UnsealedSteps(count: rest, steps: first...newest)
  }

  /// Writes the moments of `step` and later at a site anew, plain, where they were sealed.
  ///
  /// - Throws: `SQLiteError`.
  func unseal(from step: Int, at site: RecordedSite) throws {
    let mayBeSealed = try connection.firstRow(
      "SELECT 1 FROM moment JOIN frame USING (site) WHERE site = ? AND moment.step >= ? LIMIT 1",
      [.integer(site.id), .integer(step)]
    ) { _ in true }
    guard mayBeSealed != nil else { return }
    let steps = step...Int.max
    let block = try MomentBlock(of: steps, at: Int64(site.id), width: site.site.width, connection)
    guard let block else { return }
    var writer = try MomentWriter(connection)
    try writer.unseal(block, of: steps, at: Int64(site.id))
  }

  /// Seals the moments of all runs that are stored plain, as far as they make complete blocks; damaged ones stay as they are.
  ///
  /// - Throws: `SQLiteError`, or what writing throws; blocks that were sealed before stay so.
  func sealBlocks() throws {
    let sites = try connection.rows("SELECT id, width FROM site ORDER BY id") {
      (id: $0.integer(0), width: $0.integer(1))
    }
    let largestWidth = try largestWidth()
    try writer.slices { breathe in
      for site in sites where 1...max(1, largestWidth) ~= site.width {
        var writer = try MomentWriter(connection)
        for steps in try plainBlocks(at: site.id) {
          let block = try MomentBlock(of: steps, at: Int64(site.id), width: site.width, connection)
          if let block, block.isSmallerSealed {
            try writer.seal(block, of: steps, at: Int64(site.id))
          }
          try breathe()
        }
      }
    }
  }

  /// The steps of complete blocks of plain moments at a site.
  private func plainBlocks(at site: Int) throws -> [ClosedRange<Int>] {
    let framed = Set(
      try connection.rows("SELECT step FROM frame WHERE site = ?", [.integer(site)]) {
        $0.integer(0)
      })
    let isSealed = MomentVector.allCases.map { "ifnull(length(\($0.name)) % 4 = 1, 0)" }
    let moments = try connection.rows(
      """
      SELECT step, \(isSealed.joined(separator: " OR "))
      FROM moment LEFT JOIN affine ON affine.moment = moment.id WHERE site = ? ORDER BY step
      """, [.integer(site)]
    ) { (step: $0.integer(0), isSealed: $0.integer(1) == 1) }
    var blocks: [ClosedRange<Int>] = []
    var waiting: [Int] = []
    for (index, moment) in moments.enumerated() {
      guard !moment.isSealed else {
        waiting.removeAll()
        continue
      }
      waiting.append(moment.step)
      guard waiting.count == UnsealedSteps.blockLength, let first = waiting.first else { continue }
      waiting.removeAll()
      // The frame of a block must not hold for sealed moments after it that have an earlier one.
      let next = index + 1 < moments.count ? moments[index + 1] : nil
      if next.map({ !$0.isSealed || framed.contains($0.step) }) ?? true {
        blocks.append(first...moment.step)
      }
    }
    return blocks
  }
}
