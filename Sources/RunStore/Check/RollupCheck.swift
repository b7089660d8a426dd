import RunModel
import SQLite
import Statistics

/// A comparison of the pooled blocks of a site with its moments, which are added in the order of their steps.
///
/// A block is compared if all its moments still exist. Its mean and variance must equal the ones of all rows by the law of
/// total variance, up to rounding of stored float32 numbers: with u = 2⁻²⁰ up to u(|μ| + σ) and uσ².
/// Longer blocks are pooled of shorter ones whose means were rounded; their variances may differ by u|μ|σ + (u|μ|)² more.
struct RollupCheck {
  /// A limit above any number of levels that is written.
  private static let largestLevelCount = 16
  private static let tolerance = 0x1p-20

  private struct Block {
    let steps: Int
    var number = 0
    var stepCount = 0
    /// The pooled moments; nil before the first moment, whose length confirms the width in the file.
    var pool: MomentAccumulator?
  }

  private let connection: Connection
  private let site: Int
  private let width: Int
  private var blocks: [Block]

  /// Reads the lengths of the site's blocks.
  ///
  /// - Throws: `SQLiteError`.
  init(_ connection: Connection, site: Int, width: Int) throws {
    self.connection = connection
    self.site = site
    self.width = width
    blocks = try connection.rows(
      """
      SELECT DISTINCT block_steps FROM rollup WHERE site = ? AND block_steps > 1
      ORDER BY block_steps LIMIT \(RollupCheck.largestLevelCount)
      """,
      [.integer(site)]
    ) { Block(steps: $0.integer(0)) }
  }

  /// Adds the moments of a step.
  mutating func add(
    step: Int, count: Int, mean: [Float], variance: [Float], _ reporter: CheckReporter
  ) throws {
    for level in blocks.indices {
      let number = step / blocks[level].steps
      if number != blocks[level].number {
        try compare(blocks[level], reporter)
        blocks[level].number = number
        blocks[level].stepCount = 0
        blocks[level].pool?.removeAll()
      }
      blocks[level].stepCount += 1
      if blocks[level].pool == nil { blocks[level].pool = MomentAccumulator(features: width) }
      blocks[level].pool?.merge(count: count, mean: mean.span, variance: variance.span)
    }
  }

  /// Compares the last blocks.
  func end(_ reporter: CheckReporter) throws {
    for block in blocks { try compare(block, reporter) }
  }

  private func compare(_ block: Block, _ reporter: CheckReporter) throws {
    guard let pool = block.pool, let expectedVariance = pool.populationVariance else { return }
    let place = reporter.at(.block(steps: block.steps), block.number)
    try connection.statement(
      """
      SELECT step_count, count, mean, variance FROM rollup
      WHERE site = ? AND block_steps = ? AND block = ?
      """
    ).forEachRow([.integer(site), .integer(block.steps), .integer(block.number)]) { row in
      let bytes = width * MemoryLayout<Float>.stride
      // Fewer moments than were pooled: they were thinned.
      guard row.integer(0) <= block.stepCount, row.byteCount(2) == bytes, row.byteCount(3) == bytes
      else { return }
      guard row.integer(0) == block.stepCount, row.integer(1) == pool.count else {
        return try place.fault(
          "rollup",
          "it pools \(row.integer(1)) rows of \(row.integer(0)) steps, and there are "
            + "\(pool.count) of \(block.stepCount).")
      }
      let mean = try row.floats(2, count: width)
      let variance = try row.floats(3, count: width)
      for unit in 0..<width {
        let (m, v) = (pool.mean[unit], expectedVariance[unit])
        guard Float(m).isFinite, Float(v).isFinite else { continue }
        let u = RollupCheck.tolerance
        let rounding = block.steps > StepBlock.shortest ? u * abs(m) : 0
        let sd = v.squareRoot()
        let isSame =
          abs(Double(mean[unit]) - m) <= u * (abs(m) + sd)
          && abs(Double(variance[unit]) - v) <= u * v + rounding * (sd + rounding)
        // Numbers too small for float32's precision.
        guard !isSame, max(abs(m), v) > 1e-30 else { continue }
        return try place.fault(
          "rollup",
          "unit \(unit + 1) has the mean \(mean[unit]) and the variance \(variance[unit]), and its "
            + "moments pool to \(Float(m)) and \(Float(v)).")
      }
    }
  }
}
