import Glibc
import SQLite
import TestSupport
import Testing

import RunModel
@testable import RunStore

@Suite("Checking pooled blocks")
struct RollupCheckTests {
  static let width = 3
  static let site = Site(
    layer: 1, tap: .input, population: .batch, statistics: .none, width: width)
  let database: RunDatabase
  private let folder: TemporaryFolder

  /// 2400 steps of random batches whose means are large beside their deviations, drift, and are tiny, by feature.
  init() throws {
    folder = try TemporaryFolder()
    database = try RunDatabase(path: folder.file("runs.db"), for: .record)
    var generator = SplitMix64(seed: 3)
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    for step in 0..<2400 {
      func random(_ range: Range<Float>) -> Float { Float.random(in: range, using: &generator) }
      recorder.record(
        Self.site, step: step, count: Int.random(in: 1...64, using: &generator),
        mean: [1000 + random(0..<0.1), Float(step) / 40 + random(-1..<1), random(-1e-20..<1e-20)],
        variance: [random(0..<0.01), random(0..<4), random(0..<1e-38)])
      try recorder.record(SampleRun.step(step))
    }
    try recorder.end(.finished)
  }

  func findings() throws -> [CheckFinding] {
    var findings: [CheckFinding] = []
    try database.check { findings.append($0) }
    return findings
  }

  /// Changes one number of the block 1 of so many steps, the mean of a feature or its variance.
  func change(_ column: String, of feature: Int, blockSteps: Int, to number: (Float) -> Float)
    throws
  {
    let condition = "WHERE block_steps = \(blockSteps) AND block = 1"
    var vector = try #require(
      try database.connection.firstRow("SELECT \(column) FROM rollup \(condition)") {
        try $0.floats(0, count: Self.width)
      })
    vector[feature] = number(vector[feature])
    try database.connection.statement("UPDATE rollup SET \(column) = ? \(condition)").run(
      [.floats(0..<Self.width)], floats: vector.span)
  }

  @Test("Pooled blocks follow from their moments, at every length")
  func good() throws {
    #expect(try database.integer("SELECT count(*) FROM rollup") == 18 + 2)
    #expect(try findings() == [])
  }

  @Test(
    "A block that does not follow from its moments is a fault, and one that was rounded otherwise is not",
    arguments: [128, 1024], [("mean", 0), ("mean", 1), ("variance", 0), ("variance", 1)])
  func changed(blockSteps: Int, number: (column: String, feature: Int)) throws {
    let (column, feature) = number
    try change(column, of: feature, blockSteps: blockSteps) { $0.nextUp.nextUp }
    #expect(try findings() == [])
    try change(column, of: feature, blockSteps: blockSteps) {
      // The means of 1000 that a longer block is pooled of are rounded to 1 of 16 million.
      $0 * (blockSteps > 128 && feature == 0 && column == "variance" ? 1.05 : 1.0001)
    }
    let found = try findings()
    #expect(found.map(\.rule) == ["rollup"] && found.map(\.severity) == [.fault], "\(found)")
    let place = "block 1 of \(blockSteps) steps: unit \(feature + 1) "
    #expect(found.first?.message.contains(place) == true, "\(found)")
  }

  @Test("A block that pools other rows than its moments is a fault")
  func count() throws {
    try database.connection.run("UPDATE rollup SET count = count + 1 WHERE block = 5")
    #expect(try findings().map(\.rule) == ["rollup"])
    try database.connection.run(
      "UPDATE rollup SET count = count - 1, step_count = 127 WHERE block = 5")
    #expect(try findings().map(\.rule) == ["rollup"])
  }

  @Test("A block of thinned moments is not compared")
  func thinned() throws {
    try change("mean", of: 1, blockSteps: 128) { $0 + 1 }
    #expect(try findings().count == 1)
    _ = try database.thin(database.run("run"), keepingEvery: 10, before: 256)
    #expect(try findings() == [])
  }
}
