import RunModel
import StrictJSON
import RunStore
import SQLite
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
        RunComparison.Difference(
          key: "b.x",
          values: [.array([.integer(1), .integer(2)]), .array([.integer(1), .integer(3)])]),
        RunComparison.Difference(key: "only", values: [.string("here"), nil]),
      ])
    #expect(found.map(\.first) == ["1,2", "here"] && found.map(\.second) == ["1,3", nil])
  }

  @Test("A run compared with itself has no differences and equal drifts")
  func itself() throws {
    let store = RunArrays()
    let recorder = store.begin(NewRun(name: "one", configuration: #"{"a":1}"#))
    let site = Site(layer: 1, tap: .preactivation, population: .probe, statistics: .none, width: 1)
    for (step, mean) in [0, 3, 2].enumerated() {
      recorder.record(site, step: step, count: 9, mean: [Float(mean)], variance: [1])
    }
    try recorder.end(.finished)
    let run = try store.run("one")
    let comparison = try RunComparison(run, run, in: store)
    #expect(comparison.differences.isEmpty)
    let drift = try #require(comparison.drifts.first)
    let scale = 1 / (1 + 1e-3 as Double).squareRoot()
    #expect(drift.final.allSatisfy { abs(($0 ?? 0) - 2 * scale) < 1e-6 })
    #expect(drift.largest.allSatisfy { abs(($0 ?? 0) - 3 * scale) < 1e-6 })
  }

  @Test("Runs without moments compare without drift")
  func empty() throws {
    let store = RunArrays()
    try store.begin(NewRun(name: "empty")).end(.failed)
    let run = try store.run("empty")
    let comparison = try RunComparison(run, run, in: store)
    #expect(comparison.drifts.isEmpty)
    #expect(comparison.lastSteps == [nil, nil])
  }

  @Test("Damage is told, and not taken for a run without moments")
  func damage() throws {
    let folder = try TemporaryFolder()
    let database = try RunDatabase(path: folder.file("runs.db"), for: .record)
    for (name, count) in [("good", 3), ("bad", 3), ("empty", 0)] {
      let recorder = try RunRecorder(database: database, run: NewRun(name: name))
      let site = Site(
        layer: 1, tap: .preactivation, population: .probe, statistics: .none, width: 1)
      for step in 0..<count {
        recorder.record(site, step: step, count: 9, mean: [Float(step)], variance: [1])
      }
      try recorder.end(.finished)
    }
    let good = try database.run("good")
    #expect(try RunComparison(good, database.run("bad"), in: database).drifts.count == 1)
    #expect(try RunComparison(good, database.run("empty"), in: database).drifts.isEmpty)
    try database.connection.run(
      "UPDATE moment SET mean = zeroblob(8) WHERE step = 1 AND site = 2")
    let error = #expect(throws: StoreError.self) {
      try RunComparison(good, database.run("bad"), in: database)
    }
    #expect(error?.kind == .badDatabase && error?.description.contains("is damaged") == true)
  }
}
