import RunModel
import SQLite

/// A block of steps at a site that is not stored.
struct MissingBlock {
  let rollup: Rollup
  /// The mean and the variance, [2 * width].
  let vectors: [Float]
}

extension RunDatabase {
  /// Pools the moments of a site into the blocks that are not stored, as recording does, and changes nothing.
  ///
  /// A thinned site has none, because its moments no longer determine its blocks.
  /// - Throws: `StoreError`, or an `SQLiteError`.
  func missingBlocks(at site: RecordedSite) throws -> [MissingBlock] {
    let isThinned = try connection.firstRow(
      """
      SELECT 1 FROM rollup WHERE site = ?1 AND block_steps = \(StepBlock.shortest)
        AND step_count > (SELECT count(*) FROM moment WHERE moment.site = ?1
          AND step >= block * block_steps AND step < (block + 1) * block_steps) LIMIT 1
      """,
      [.integer(site.id)]
    ) { _ in true }
    guard isThinned == nil else { return [] }
    let isStored = try connection.statement(
      "SELECT 1 FROM rollup WHERE site = ? AND block_steps = ? AND block = ?")
    var accumulator = RollupAccumulator(width: site.site.width)
    var missing: [MissingBlock] = []
    var complete: [MissingBlock] = []
    try forEachMoment(at: site, withAffine: false) { moment in
      _ = accumulator.add(
        step: moment.step, count: moment.count, nonFiniteCount: moment.nonFiniteCount,
        mean: moment.mean.span, variance: moment.variance.span
      ) { rollup, mean, variance in
        complete.append(MissingBlock(rollup: rollup, vectors: mean + variance))
      }
      for block in complete {
        var isThere = false
        try isStored.forEachRow([
          .integer(site.id), .integer(block.rollup.blockSteps), .integer(block.rollup.block),
        ]) { _ in isThere = true }
        if !isThere { missing.append(block) }
      }
      complete.removeAll(keepingCapacity: true)
    }
    return missing
  }

  /// Stores a block, unless it is stored by now.
  ///
  /// - Throws: `SQLiteError`.
  func insert(_ block: MissingBlock, at site: RecordedSite) throws {
    let (rollup, width) = (block.rollup, site.site.width)
    try connection.statement(
      """
      INSERT OR IGNORE INTO rollup
        (site, block_steps, block, step_count, count, non_finite_count, mean, variance)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """
    ).run(
      [
        .integer(site.id), .integer(rollup.blockSteps), .integer(rollup.block),
        .integer(rollup.stepCount), .integer(rollup.count), .integer(rollup.nonFiniteCount),
        .floats(0..<width), .floats(width..<2 * width),
      ],
      floats: block.vectors.span)
  }
}
