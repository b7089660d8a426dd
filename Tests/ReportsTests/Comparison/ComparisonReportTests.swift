import Reports
import RunModel
import RunStore
import ShiftAnalysis
import TestSupport
import Testing

@Suite("The report of two runs")
struct ComparisonReportTests {
  let runs: RecordedRuns

  init() throws { runs = try RecordedRuns() }

  /// A run of layers of one unit, whose mean in layer l is `mean(l, step)` in batches of 20.
  func record(
    _ name: String, layers: Int = 2, hasNoise: Bool = true, mean: (Int, Int) -> Float
  ) throws -> Run {
    let recorder = try runs.recorder(name)
    for step in 0..<30 {
      for layer in 1...layers {
        let site = Site(
          layer: layer, tap: .preactivation, population: .batch, statistics: .none, width: 1)
        if step == 0 && hasNoise {
          recorder.record(
            BatchNoiseRecord(step: 0, batchCount: 50, count: 1000, rho: [1], kurtosis: [3]),
            at: site)
        }
        recorder.record(site, step: step, count: 20, mean: [mean(layer, step)], variance: [1])
      }
    }
    try runs.steps(0..<30, recorder) { _ in 1 }
    try recorder.end(.finished)
    return try runs.database.run(name)
  }

  func text(_ first: Run, _ second: Run, _ format: OutputFormat = .table) throws -> String {
    try ComparisonReport(RunComparison(first, second, in: runs.database)).answer.text(format)
  }

  func answer(_ first: Run, _ second: Run) throws -> AnswerDocument {
    try AnswerDocument(json: text(first, second, .json))
  }

  /// The value in the second run of what a layer's row says under `key`.
  func value(_ key: String, layer: Int, of answer: AnswerDocument) -> AnswerDocument.Value? {
    answer.rows.first { $0["key"] == .text(key) && $0["layer"] == .number(Double(layer)) }?[
      "second"]
  }

  @Test("The earliest layer is the headline, and each finding has its word")
  func findings() throws {
    let still = try record("still", layers: 3) { _, _ in 0 }
    let moved = try record("moved", layers: 3) { layer, step in
      (layer == 1 && step >= 9) || (layer == 2 && step >= 4) ? 2 : 0
    }
    let answer = try answer(still, moved)
    let key = "first step beyond the sampling floor"
    #expect(
      (1...3).map { value(key, layer: $0, of: answer) } == [.number(9), .number(4), .missing])
    let words = answer.rows.filter { $0["key"] == .text(key) }.map { $0["divergence"] }
    #expect(words == [.text("diverged"), .text("diverged"), .text("never")])
    // 2² over the variance, next to 1.5·(1/19 + 1/19) over it.
    let squared = try #require(value("squared nw2 there", layer: 2, of: answer)?.number)
    #expect(abs(squared - 4 / 1.001) < 1e-5)
    let floor = try #require(value("floor there", layer: 2, of: answer)?.number)
    #expect(abs(floor - 1.5 * 2 / 19 / 1.001) < 1e-5)
    #expect(answer.finding.last?.hasSuffix("batches explains at step 4, in layer 2.") == true)
    let table = try text(still, moved)
    #expect(
      table.hasPrefix(
        "No layer has a distance above 0 in both runs, so none is compared. The runs first differ"))
    #expect(table.contains(" never\n") && table.contains("Neither run has a configuration."))
    #expect(!table.contains("Unknown:") && !table.contains("Incomparable:"))

    let wild = try record("wild") { _, step in step == 29 ? .nan : 0 }
    #expect(
      try value("squared nw2 there", layer: 1, of: self.answer(still, wild)) == .missing)
    #expect(try text(still, wild).contains("not finite"))
    #expect(try text(still, wild).contains("Incomparable:"))
    let unmeasured = try record("unmeasured", hasNoise: false) { _, _ in 0 }
    #expect(try value(key, layer: 1, of: self.answer(wild, unmeasured)) == .missing)
    #expect(try text(wild, unmeasured).contains(" unknown\n"))
    #expect(try self.answer(wild, unmeasured).finding.count == 1)
    #expect(try text(wild, unmeasured).contains("noise_every"))
  }

  @Test("At the end a shift is the last step's, undefined where that is")
  func undefinedEnd() throws {
    let wild = try record("wild") { _, step in step == 29 ? .nan : Float(step) }
    let answer = try answer(wild, wild)
    #expect(value("nw2 from start, at the end", layer: 1, of: answer) == .missing)
    let largest = try #require(value("nw2 from start, largest", layer: 1, of: answer)?.number)
    #expect(largest > 27)
  }

  @Test("Without training batches it says that nothing is known, and every format can be read")
  func formats() throws {
    try runs.complete("plain", hasBatchNorm: false)
    let run = try runs.database.run("plain")
    #expect(try text(run, run).contains("The step at which the runs part is unknown"))
    let answer = try answer(run, run)
    // Numbers are numbers, with all their digits.
    let loss = try #require(try runs.database.lastStep(of: run)?.loss)
    for (key, value) in [
      ("training loss", AnswerDocument.Value.number(loss)),
      ("steps", .number(Double(run.stepCount))), ("name", .text(run.name)),
    ] {
      let row = answer.rows.first { $0["key"] == .text(key) }
      #expect(row?["first"] == value && row?["second"] == value)
    }
    let drifts = answer.rows.filter { $0["section"] == .text("drift") }
    #expect(drifts.count == 8)
    for drift in drifts {
      #expect(drift["first"]?.number != nil)
      #expect(drift["tap"] == .text("preactivation") && drift["reference"] == .text("start"))
    }
    #expect(try text(run, run, .csv).contains(",training loss,,,,,,,,,\(loss),\(loss)\n"))
    #expect(try AnswerDocument(ndjson: text(run, run, .ndjson)).rows == answer.rows)
  }
}
