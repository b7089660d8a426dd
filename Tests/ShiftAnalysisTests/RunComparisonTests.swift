import RunStore
import TestSupport
import Testing

@testable import ShiftAnalysis

@Suite("Comparing two runs")
struct RunComparisonTests {
  @Test("Keys that differ, nested and missing ones too")
  func differences() {
    let found = RunComparison.differences(
      #"{"a":1,"b":{"x":[1,2],"y":true},"only":"here"}"#, #"{"a":1.0,"b":{"x":[1,3],"y":true}}"#)
    #expect(
      found == [
        RunComparison.Difference(key: "b.x", first: "1,2", second: "1,3"),
        RunComparison.Difference(key: "only", first: "here", second: nil),
      ])
  }

  @Test("A run compared with itself has no differences and equal drifts")
  func itself() throws {
    let folder = try TemporaryFolder()
    let database = try RunDatabase(path: folder.file("runs.db"), for: .record)
    let recorder = try RunRecorder(
      database: database, run: NewRun(name: "one", configuration: #"{"a":1}"#))
    let site = Site(layer: 1, tap: .preactivation, population: .probe, statistics: .none, width: 1)
    for (step, mean) in [0, 3, 2].enumerated() {
      recorder.record(site, step: step, count: 9, mean: [Float(mean)], variance: [1])
    }
    try recorder.end(.finished)
    let run = try database.run("one")
    let comparison = try RunComparison(run, run, in: database)
    #expect(comparison.differences.isEmpty)
    let drift = try #require(comparison.drifts.first)
    let scale = 1 / (1 + 1e-3 as Double).squareRoot()
    #expect(drift.final.allSatisfy { abs(($0 ?? 0) - 2 * scale) < 1e-6 })
    #expect(drift.largest.allSatisfy { abs(($0 ?? 0) - 3 * scale) < 1e-6 })
  }

  @Test("Runs without moments compare without drift")
  func empty() throws {
    let folder = try TemporaryFolder()
    let database = try RunDatabase(path: folder.file("runs.db"), for: .record)
    try RunRecorder(database: database, run: NewRun(name: "empty")).end(
      .failed, reason: "nothing to do")
    let run = try database.run("empty")
    let comparison = try RunComparison(run, run, in: database)
    #expect(comparison.drifts.isEmpty)
    #expect(comparison.lastSteps == [nil, nil])
  }
}
