import SQLite
import TestSupport
import Testing

import RunModel
@testable import RunStore

@Suite("Moments pooled over blocks of steps")
struct RollupTests {
  static let site = Site(
    layer: 1, tap: .preactivation, population: .batch, statistics: .none, width: 3)

  let folder: TemporaryFolder
  let database: RunDatabase

  init() throws {
    folder = try TemporaryFolder()
    database = try RunDatabase(path: folder.file("runs.db"), for: .record)
  }

  /// Numbers that follow from the step: a drift, some jitter, batches of two sizes, far from 0.
  static func moment(_ step: Int) -> Moment {
    let jitter = Float((step * 7919) % 101) / 101
    return Moment(
      step: step, count: step % 3 == 0 ? 60 : 100, nonFiniteCount: step % 50 == 0 ? 1 : 0,
      mean: [1000 + Float(step) / 100 + jitter, jitter, -jitter],
      variance: [1 + jitter, jitter * jitter, 0], gamma: [], beta: [])
  }

  static func record(_ steps: some Sequence<Int>, _ recorder: RunRecorder) throws {
    for step in steps {
      let moment = moment(step)
      recorder.record(
        site, step: step, count: moment.count, nonFiniteCount: moment.nonFiniteCount,
        mean: moment.mean, variance: moment.variance)
      try recorder.record(SampleRun.step(step))
    }
  }

  /// The mean and variance of all rows, in two passes in Double.
  static func pooled(_ steps: [Int]) -> (count: Int, mean: [Double], variance: [Double]) {
    let moments = steps.map(moment)
    let count = moments.reduce(0) { $0 + $1.count }
    func average(_ value: (Moment) -> Double) -> Double {
      moments.reduce(0) { $0 + Double($1.count) * value($1) } / Double(count)
    }
    let mean = (0..<3).map { unit in average { Double($0.mean[unit]) } }
    let variance = (0..<3).map { unit in
      average {
        let deviation = Double($0.mean[unit]) - mean[unit]
        return Double($0.variance[unit]) + deviation * deviation
      }
    }
    return (count, mean, variance)
  }

  static func expect(_ moment: Moment?, isPooledOf steps: [Int]) throws {
    let moment = try #require(moment)
    let expected = pooled(steps)
    #expect(moment.count == expected.count)
    #expect(moment.nonFiniteCount == steps.filter { $0 % 50 == 0 }.count)
    for unit in 0..<3 {
      #expect(
        abs(Double(moment.mean[unit]) - expected.mean[unit]) <= 1e-4 * abs(expected.mean[unit])
          + 1e-6)
      // Stored means near 1000 are 6e-5 apart, which is what the spread between blocks can be wrong by.
      #expect(
        abs(Double(moment.variance[unit]) - expected.variance[unit])
          <= 1e-4 * expected.variance[unit] + 1e-6)
    }
  }

  @Test(
    "Complete blocks of 128, 1024 and 8192 steps are stored, and hold the moments of all their rows",
    arguments: [1, 5])
  func blocks(spacing: Int) throws {
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    let steps = Array(stride(from: 0, to: 20_000, by: spacing))
    try Self.record(steps, recorder)
    try recorder.end(.finished)
    let rows = try database.connection.rows(
      """
      SELECT block_steps, block, step_count, count, non_finite_count, mean, variance FROM rollup
      ORDER BY block_steps, block
      """
    ) { row in
      (
        blockSteps: row.integer(0), block: row.integer(1), stepCount: row.integer(2),
        moment: Moment(
          step: 0, count: row.integer(3), nonFiniteCount: row.integer(4),
          mean: try row.floats(5, count: 3), variance: try row.floats(6, count: 3), gamma: [],
          beta: [])
      )
    }
    // A block is complete when something of a later one is.
    let blocks = Dictionary(grouping: rows, by: \.blockSteps).mapValues { $0.map(\.block) }
    #expect(blocks == [128: Array(0..<156), 1024: Array(0..<19), 8192: Array(0..<2)])
    for row in rows {
      let inside = steps.filter { $0 / row.blockSteps == row.block }
      #expect(row.stepCount == inside.count)
      try Self.expect(row.moment, isPooledOf: inside)
    }
  }

  @Test(
    "A range of steps is pooled of blocks and single steps alike",
    arguments: [
      0..<1, 0..<128, 5..<3000, 127..<129, 256..<2400, 1024..<2944, 2990..<4000, 0..<3000,
    ])
  func ranges(range: Range<Int>) throws {
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    try Self.record(0..<3000, recorder)
    try recorder.end(.finished)
    let site = try #require(try database.sites(of: database.run("run")).first)
    try Self.expect(
      database.pooledMoment(at: site, steps: range)?.moment,
      isPooledOf: Array(range.clamped(to: 0..<3000)))
    #expect(
      try database.pooledMoment(at: site, steps: range)?.stepCount
        == range.clamped(to: 0..<3000).count)
    #expect(try database.pooledMoment(at: site, steps: 3000..<9000) == nil)
    for end in [1 << 60, 1 << 62, .max] {
      try Self.expect(
        database.pooledMoment(at: site, steps: 0..<end)?.moment, isPooledOf: Array(0..<3000))
    }
    #expect(try database.stepRange(at: site) == 0...2999)
  }

  @Test("Without any block, as in a run of an older version, single steps are pooled")
  func withoutBlocks() throws {
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    try Self.record(stride(from: 0, to: 1000, by: 3), recorder)
    try recorder.end(.finished)
    try database.connection.run("DELETE FROM rollup")
    let site = try #require(try database.sites(of: database.run("run")).first)
    try Self.expect(
      database.pooledMoment(at: site, steps: 10..<700)?.moment,
      isPooledOf: (10..<700).filter { $0 % 3 == 0 })
  }

  @Test("Where blocks in the middle are missing, single steps take their place")
  func missingBlocks() throws {
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    try Self.record(0..<2000, recorder)
    try recorder.end(.finished)
    try database.connection.run(
      "DELETE FROM rollup WHERE block_steps > 128 OR block BETWEEN 5 AND 9")
    let site = try #require(try database.sites(of: database.run("run")).first)
    try Self.expect(
      database.pooledMoment(at: site, steps: 0..<2000)?.moment, isPooledOf: Array(0..<2000))
  }

  @Test("A step that comes after its block was complete takes the block away")
  func lateSteps() throws {
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    let steps = Array(0..<40) + Array(41..<600)
    try Self.record(steps, recorder)
    try Self.record([40], recorder)
    try recorder.end(.finished)
    #expect(
      try database.integer("SELECT count(*) FROM rollup WHERE 40 / block_steps = block") == 0)
    let site = try #require(try database.sites(of: database.run("run")).first)
    try Self.expect(
      database.pooledMoment(at: site, steps: 0..<600)?.moment, isPooledOf: Array(0..<600))
  }

  @Test(
    "A run that is resumed has the blocks that it would have had without a break",
    arguments: [1, 127, 128, 129, 256, 1023, 1024, 1025, 1200, 2048, 8250], [1, 7])
  func resuming(checkpoint: Int, spacing: Int) throws {
    func rollups(_ name: String) throws -> [String] {
      try database.connection.rows(
        """
        SELECT block_steps || ' ' || block || ' ' || rollup.step_count || ' ' || quote(rollup.mean) || quote(rollup.variance)
        FROM rollup JOIN site ON site.id = site JOIN run ON run.id = run WHERE name = ?
        ORDER BY block_steps, block
        """, [.text(name)]
      ) { $0.text(0) }
    }
    let steps = Array(stride(from: 0, to: checkpoint + 2000, by: spacing))
    let whole = try RunRecorder(database: database, run: NewRun(name: "whole"))
    try Self.record(steps, whole)
    try whole.end(.finished)

    let broken = try RunRecorder(database: database, run: NewRun(name: "broken"))
    try Self.record(steps.filter { $0 < checkpoint }, broken)
    try broken.record(SampleRun.checkpoint(checkpoint))
    try Self.record(steps.filter { $0 >= checkpoint && $0 < checkpoint + 1160 }, broken)
    try broken.interrupt(reason: "It was stopped.")
    let resumed = try RunRecorder(
      database: database, resuming: database.run("broken"), from: checkpoint, configuration: "{}",
      provenance: "{}")
    try Self.record(steps.filter { $0 >= checkpoint }, resumed)
    try resumed.end(.finished)
    #expect(try rollups("broken") == rollups("whole"))
    #expect(try !rollups("whole").isEmpty)
  }
}
