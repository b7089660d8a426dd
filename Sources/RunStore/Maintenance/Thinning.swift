public import RunModel
import SQLite

/// The amount that thinning a run deletes.
public struct Thinning: Sendable, Equatable {
  /// The number of moments.
  public internal(set) var momentCount = 0
  /// The bytes of their means, variances, gammas and betas.
  public internal(set) var byteCount = 0
  /// The number of sites that lose moments.
  public internal(set) var siteCount = 0
}

extension RunDatabase {
  /// Deletes moments of early steps, with their gammas and betas, that stored blocks pool.
  ///
  /// Each site keeps the steps that are multiples of `interval`, its first step, steps from `end` on, and every shortest
  /// block of steps that is not stored or that resuming from the newest checkpoint would reopen. Blocks that were not pooled
  /// while recording are pooled first. The rows of `step` are kept.
  /// - Parameters:
  ///   - run: the run.
  ///   - interval: the distance between kept steps, at least 2.
  ///   - end: the step before which moments are deleted; rounded down to the end of a block.
  ///   - isDryRun: whether nothing is changed.
  /// - Returns: what was deleted, or would be.
  /// - Throws: `StoreError`, of kind `busy` if a process records the run; then nothing was changed. Deletions before another
  ///   failure are kept.
  public func thin(_ run: Run, keepingEvery interval: Int, before end: Int, isDryRun: Bool = false)
    throws -> Thinning
  {
    guard interval >= 2, end >= 0 else {
      throw StoreError(
        .misuse,
        "A run cannot be thinned to one step in \(interval) before step \(end); "
          + "the interval must be at least 2 and the end at least 0.")
    }
    return try attempt {
      let lock = try write {
        try requireThere(run)
        try requireUnrecorded(run, to: "thin it")
        // Nobody resumes or purges the run meanwhile.
        return try RecorderLock(run: run.id, shortID: run.shortID, for: .changing, of: file)
      }
      defer { lock?.release() }
      let checkpoint = try checkpointSteps(of: run).last ?? .max
      var thinning = Thinning()
      for site in try sites(of: run) {
        // A run that is resumed opens the block of the newest moment before the checkpoint again.
        let newest = try connection.firstRow(
          "SELECT max(step) FROM moment WHERE site = ? AND step < ?",
          [.integer(site.id), .integer(checkpoint)]
        ) { $0.optionalInteger(0) }
        guard let newest = newest ?? nil else { continue }
        let deletion = Deletion(
          site: site, interval: interval, end: min(end, newest) / Deletion.block * Deletion.block)
        let missing = try missingBlocks(at: site)
        let part = try isDryRun ? foresee(deletion, missing) : perform(deletion, missing)
        guard part.momentCount > 0 else { continue }
        thinning.momentCount += part.momentCount
        thinning.byteCount += part.byteCount
        thinning.siteCount += 1
      }
      return thinning
    }
  }

  /// The moments of a site to delete.
  private struct Deletion {
    static let block = StepBlock.shortest

    let site: RecordedSite
    let interval: Int
    let end: Int

    /// The SQL condition on rows of `moment`, from step ?4 on and before step ?2.
    static let condition = """
      site = ?1 AND step >= ?4 AND step < ?2 AND step % ?3 <> 0
        AND step > (SELECT min(step) FROM moment WHERE site = ?1)
        AND EXISTS (SELECT 1 FROM rollup
          WHERE rollup.site = ?1 AND block_steps = \(block) AND block = step / \(block))
      """

    func bindings(_ steps: Range<Int>) -> [Binding] {
      [
        .integer(site.id), .integer(steps.upperBound), .integer(interval),
        .integer(steps.lowerBound),
      ]
    }
  }

  /// The error that rolls a dry run back.
  private struct DryRun: Error {
    let thinning: Thinning
  }

  private func foresee(_ deletion: Deletion, _ missing: [MissingBlock]) throws -> Thinning {
    do {
      return try write {
        for block in missing { try insert(block, at: deletion.site) }
        throw DryRun(thinning: try count(deletion, 0..<deletion.end))
      }
    } catch let outcome as DryRun {
      return outcome.thinning
    }
  }

  private func perform(_ deletion: Deletion, _ missing: [MissingBlock]) throws -> Thinning {
    var thinning = Thinning()
    try writer.slices { breathe in
      for block in missing {
        try insert(block, at: deletion.site)
        try breathe()
      }
      var start = 0
      while let next = try firstStep(at: deletion.site, in: start..<deletion.end) {
        let steps = next..<min(next + Deletion.block, deletion.end)
        start = steps.upperBound
        let part = try count(deletion, steps)
        guard part.momentCount > 0 else { continue }
        try unseal(next...steps.upperBound - 1, at: deletion.site)
        try connection.run(
          "DELETE FROM moment WHERE \(Deletion.condition)", deletion.bindings(steps))
        thinning.momentCount += part.momentCount
        thinning.byteCount += part.byteCount
        try breathe()
      }
    }
    return thinning
  }

  private func firstStep(at site: RecordedSite, in steps: Range<Int>) throws -> Int? {
    try connection.firstRow(
      "SELECT min(step) FROM moment WHERE site = ? AND step >= ? AND step < ?",
      [.integer(site.id), .integer(steps.lowerBound), .integer(steps.upperBound)]
    ) { $0.optionalInteger(0) } ?? nil
  }

  private func count(_ deletion: Deletion, _ steps: Range<Int>) throws -> Thinning {
    let site = deletion.site.site
    // Sealed vectors count as what they are.
    let bytes = site.width * (site.epsilon == nil ? 2 : 4) * MemoryLayout<Float>.stride
    var thinning = Thinning()
    try connection.statement("SELECT count(*) FROM moment WHERE \(Deletion.condition)")
      .forEachRow(deletion.bindings(steps)) { row in
        (thinning.momentCount, thinning.byteCount) = (row.integer(0), row.integer(0) * bytes)
      }
    return thinning
  }
}
