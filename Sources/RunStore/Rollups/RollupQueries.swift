public import RunModel
import SQLite

extension RunDatabase: BlockPooling {
  /// The moments of all rows of the steps recorded in `steps`, pooled by the law of total variance.
  ///
  /// Stored blocks inside the range are merged with single steps at its edges, so that the cost grows with the logarithm
  /// of the number of steps. The variance includes the movement of the mean within `steps`.
  /// - Returns: the moments; nil where no rows were recorded.
  /// - Throws: `StoreError`.
  public func pooledMoment(at site: RecordedSite, steps: Range<Int>) throws -> PooledMoment? {
    try pooledBlocks(at: site, steps: steps)
  }

  package func storedBlock(at site: RecordedSite, from step: Int, length: Int) throws
    -> PooledMoment?
  {
    try attempt {
      try connection.firstRow(
        RunDatabase.selectRollups + " AND block = ?",
        [.integer(site.id), .integer(length), .integer(step / length)]
      ) { row in
        let (rollup, mean, variance) = try Rollup.read(
          row, blockSteps: length, width: site.site.width)
        return PooledMoment(
          stepCount: rollup.stepCount,
          moment: Moment(
            step: step, count: rollup.count, nonFiniteCount: rollup.nonFiniteCount, mean: mean,
            variance: variance))
      }
    }
  }

  package func startOfStoredBlock(at site: RecordedSite, after step: Int) throws -> Int? {
    let blockSteps = StepBlock.shortest
    return try attempt {
      try connection.firstRow(
        "SELECT min(block) FROM rollup WHERE site = ? AND block_steps = ? AND block > ?",
        [.integer(site.id), .integer(blockSteps), .integer(step / blockSteps)]
      ) { $0.isNull(0) ? nil : try $0.count(0) * blockSteps } ?? nil
    }
  }

  /// The first and the last step at which a site has moments; nil where it has none.
  ///
  /// - Throws: `StoreError`.
  public func stepRange(at site: RecordedSite) throws -> ClosedRange<Int>? {
    try attempt {
      let ends = try ["min", "max"].compactMap { end in
        try connection.firstRow(
          "SELECT \(end)(step) FROM moment WHERE site = ?", [.integer(site.id)]
        ) { $0.isNull(0) ? nil : try $0.count(0) } ?? nil
      }
      // In a damaged index the minimum may be greater than the maximum.
      return ends.count == 2 ? ends[0]...max(ends[0], ends[1]) : nil
    }
  }

  /// Reopens the blocks that contain the newest moments at a site before `step`, and deletes their stored rows.
  ///
  /// Blocks pooled after that equal the blocks of an uninterrupted recording.
  func reopenRollups(at site: RecordedSite, before step: Int = .max) throws -> RollupAccumulator {
    var accumulator = RollupAccumulator(width: site.site.width)
    let newestStep = try connection.firstRow(
      "SELECT max(step) FROM moment WHERE site = ? AND step < ?",
      [.integer(site.id), .integer(step)]
    ) { $0.isNull(0) ? nil : try $0.count(0) }
    guard let newestStep = newestStep ?? nil else { return accumulator }

    var blockSteps = StepBlock.shortest
    var openBlock = newestStep / blockSteps
    try deleteRollups(at: site, blockSteps: blockSteps, from: openBlock)
    try forEachMoment(at: site, steps: openBlock * blockSteps..<newestStep + 1) { moment in
      accumulator.reopen(with: moment)
    }
    // A block of the twelfth length spans more steps than a run can have.
    for level in 1...12 {
      let newest = try connection.firstRow(
        "SELECT max(block) FROM rollup WHERE site = ? AND block_steps = ?",
        [.integer(site.id), .integer(blockSteps)]
      ) { $0.isNull(0) ? nil : try $0.count(0) }
      guard let newest = newest ?? nil else { break }
      openBlock = newest / StepBlock.ratio
      try deleteRollups(
        at: site, blockSteps: blockSteps * StepBlock.ratio, from: openBlock)
      try forEachRollup(
        at: site, blockSteps: blockSteps, from: openBlock * StepBlock.ratio
      ) { rollup, mean, variance in
        accumulator.reopen(level: level, with: rollup, mean, variance)
      }
      blockSteps *= StepBlock.ratio
    }
    return accumulator
  }

  private func deleteRollups(at site: RecordedSite, blockSteps: Int, from block: Int) throws {
    try connection.run(
      "DELETE FROM rollup WHERE site = ? AND block_steps = ? AND block >= ?",
      [.integer(site.id), .integer(blockSteps), .integer(block)])
  }

  /// The blocks of one length from `block` on, in order.
  private func forEachRollup(
    at site: RecordedSite, blockSteps: Int, from block: Int,
    _ body: (_ rollup: Rollup, _ mean: [Float], _ variance: [Float]) -> Void
  ) throws {
    try connection.statement(
      RunDatabase.selectRollups + " AND block >= ? ORDER BY block"
    ).forEachRow([.integer(site.id), .integer(blockSteps), .integer(block)]) { row in
      let (rollup, mean, variance) = try Rollup.read(
        row, blockSteps: blockSteps, width: site.site.width)
      body(rollup, mean, variance)
    }
  }

  private static let selectRollups = """
    SELECT block, step_count, count, non_finite_count, mean, variance
    FROM rollup WHERE site = ? AND block_steps = ?
    """
}

extension Rollup {
  fileprivate static func read(_ row: borrowing Row, blockSteps: Int, width: Int) throws -> (
    Rollup, mean: [Float], variance: [Float]
  ) {
    let block = try row.count(0)
    guard block <= Row.largestCount / blockSteps else {
      throw SQLiteError(
        code: .corrupt, message: "there is no block \(block) of \(blockSteps) steps")
    }
    var rollup = Rollup(blockSteps: blockSteps, block: block)
    rollup.stepCount = try row.count(1)
    rollup.count = try row.count(2)
    rollup.nonFiniteCount = try row.count(3)
    return (rollup, try row.floats(4, count: width), try row.floats(5, count: width))
  }
}
