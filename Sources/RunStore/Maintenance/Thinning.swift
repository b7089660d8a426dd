import SQLite

/// What thinning a run deletes.
public struct Thinning: Sendable, Equatable {
  /// How many moments.
  public internal(set) var momentCount = 0
  /// The bytes of their means, variances, gammas and betas.
  public internal(set) var byteCount = 0
  /// How many tensors lose some.
  public internal(set) var siteCount = 0
}

extension RunDatabase {
  /// Deletes moments of early steps, with their gammas and betas, where stored blocks pool what they say.
  ///
  /// Of each tensor are kept the steps that are multiples of `interval`, its first one, those from `end` on, and
  /// every block of `shortestBlock` steps that is not stored, or that going on from the run's newest checkpoint would
  /// open again. Blocks that were not pooled while recording are pooled first. Rows of `step` are all kept.
  /// - Parameters:
  ///   - run: the run.
  ///   - interval: the distance of the steps that are kept, at least 2.
  ///   - end: the step before which moments are deleted; rounded down to the end of a block.
  ///   - isDryRun: whether nothing is changed.
  /// - Returns: what was deleted, or would be.
  /// - Throws: `StoreError`, of kind `busy` where a process records the run; then nothing was changed.
  public func thin(_ run: Run, keepingEvery interval: Int, before end: Int, isDryRun: Bool = false)
    throws -> Thinning
  {
    guard interval >= 2, end >= 0 else {
      throw StoreError(
        .misuse,
        "A run can't be thinned to every step number \(interval) before step \(end); "
          + "keep every second or fewer, before a step from 0 on.")
    }
    return try attempt {
      do {
        return try connection.transaction {
          try requireUnrecorded(run, to: "thin it")
          let thinning = try thinSites(of: run, keepingEvery: interval, before: end)
          if isDryRun { throw DryRun(thinning: thinning) }
          return thinning
        }
      } catch let outcome as DryRun {
        return outcome.thinning
      }
    }
  }

  /// Takes back the transaction that found out what thinning would do.
  private struct DryRun: Error {
    let thinning: Thinning
  }

  private func thinSites(of run: Run, keepingEvery interval: Int, before end: Int) throws
    -> Thinning
  {
    let checkpoint = try checkpointSteps(of: run).last ?? .max
    var thinning = Thinning()
    for site in try sites(of: run) {
      // A run that goes on opens the block of the newest moment before the checkpoint again.
      let newest = try connection.firstRow(
        "SELECT max(step) FROM moment WHERE site = ? AND step < ?",
        [.integer(site.id), .integer(checkpoint)]
      ) { $0.optionalInteger(0) }
      guard let newest = newest ?? nil else { continue }
      try poolMissingBlocks(at: site)
      let block = RunDatabase.shortestBlock
      let condition = """
        site = ?1 AND step < ?2 AND step % ?3 <> 0
          AND step > (SELECT min(step) FROM moment WHERE site = ?1)
          AND EXISTS (SELECT 1 FROM rollup
            WHERE rollup.site = ?1 AND block_steps = \(block) AND block = step / \(block))
        """
      let bindings: [Binding] = [
        .integer(site.id), .integer(min(end, newest) / block * block), .integer(interval),
      ]
      let (count, bytes) =
        try connection.firstRow(
          """
          SELECT count(*), total(length(mean) + length(variance)
            + ifnull(length(gamma) + length(beta), 0))
          FROM moment LEFT JOIN affine ON affine.moment = moment.id WHERE \(condition)
          """, bindings
        ) { ($0.integer(0), $0.integer(1)) } ?? (0, 0)
      guard count > 0 else { continue }
      try connection.run("DELETE FROM moment WHERE \(condition)", bindings)
      thinning.momentCount += count
      thinning.byteCount += bytes
      thinning.siteCount += 1
    }
    return thinning
  }
}
