import SQLite

extension RunDatabase {
  /// Pools the moments of a site into the blocks that are not stored, as recording does.
  ///
  /// A site that was thinned is left as it is: its moments no longer say what longer blocks hold.
  /// - Throws: `StoreError`, or an `SQLiteError`.
  func poolMissingBlocks(at site: RecordedSite) throws {
    let isThinned = try connection.firstRow(
      """
      SELECT 1 FROM rollup WHERE site = ?1 AND block_steps = \(RunDatabase.shortestBlock)
        AND step_count > (SELECT count(*) FROM moment WHERE moment.site = ?1
          AND step >= block * block_steps AND step < (block + 1) * block_steps) LIMIT 1
      """,
      [.integer(site.id)]
    ) { _ in true }
    guard isThinned == nil else { return }
    let insertion = try connection.statement(
      """
      INSERT OR IGNORE INTO rollup
        (site, block_steps, block, step_count, count, non_finite_count, mean, variance)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """)
    var accumulator = RollupAccumulator(width: site.site.width)
    var complete: [(rollup: Rollup, vectors: [Float])] = []
    try forEachMoment(at: site, withAffine: false) { moment in
      _ = accumulator.add(
        step: moment.step, count: moment.count, nonFiniteCount: moment.nonFiniteCount,
        mean: moment.mean.span, variance: moment.variance.span
      ) { rollup, mean, variance in complete.append((rollup, mean + variance)) }
      for (rollup, vectors) in complete {
        let width = site.site.width
        try insertion.run(
          [
            .integer(site.id), .integer(rollup.blockSteps), .integer(rollup.block),
            .integer(rollup.stepCount), .integer(rollup.count), .integer(rollup.nonFiniteCount),
            .floats(0..<width), .floats(width..<2 * width),
          ],
          floats: vectors.span)
      }
      complete.removeAll(keepingCapacity: true)
    }
  }
}
