import FoundationEssentials
import Reports
import RunModel
import RunStore
import ShiftAnalysis
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

  func text(_ first: Run, _ second: Run, _ format: OutputFormat) throws -> String {
    try ComparisonReport(RunComparison(first, second, in: runs.database)).text(
      format, isStyled: false)
  }

  @Test("The earliest layer is the headline, and each finding has its word")
  func findings() throws {
    let still = try record("still", layers: 3) { _, _ in 0 }
    let moved = try record("moved", layers: 3) { layer, step in
      (layer == 1 && step >= 9) || (layer == 2 && step >= 4) ? 2 : 0
    }
    let csv = try text(still, moved, .csv)
    let key = "first step beyond the sampling floor"
    for (layer, step) in [(1, "9"), (2, "4"), (3, "never")] {
      #expect(csv.contains("divergence,layer \(layer): \(key),,\(step)\n"))
    }
    // 2² over the variance, next to 1.5·(1/19 + 1/19) over it.
    #expect(csv.contains("divergence,layer 2: squared nw2 there,,3.996"))
    #expect(csv.contains("divergence,layer 2: floor there,,0.1577"))
    let table = try text(still, moved, .table)
    #expect(table.contains("batches explains at step 4, in layer 2."))
    #expect(!table.contains("Unknown:") && !table.contains("Incomparable:"))

    let wild = try record("wild") { _, step in step == 29 ? .nan : 0 }
    #expect(try text(still, wild, .csv).contains("layer 1: squared nw2 there,,not finite\n"))
    #expect(try text(still, wild, .table).contains("Incomparable:"))
    let unmeasured = try record("unmeasured", hasNoise: false) { _, _ in 0 }
    #expect(try text(wild, unmeasured, .csv).contains("layer 1: \(key),,unknown\n"))
    #expect(try text(wild, unmeasured, .table).contains("--noise-every"))
  }

  @Test("Without training batches it says that nothing is known, and every format can be read")
  func formats() throws {
    try runs.complete("plain", hasBatchNorm: false)
    let run = try runs.database.run("plain")
    #expect(try text(run, run, .table).contains("Where the runs part is unknown"))
    enum Value: Decodable, Equatable {
      case number(Double)
      case text(String)
      case none

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
          self = .none
        } else if let number = try? container.decode(Double.self) {
          self = .number(number)
        } else {
          self = .text(try container.decode(String.self))
        }
      }
    }
    struct Fact: Decodable {
      let section, key: String
      let values: [Value]
    }
    struct Document: Decodable {
      let schema: Int
      let facts: [Fact]
    }
    let document = try JSONDecoder().decode(
      Document.self, from: Data(text(run, run, .json).utf8))
    // Numbers are numbers, with all their digits.
    let loss = try #require(try runs.database.lastStep(of: run)?.loss)
    for (key, value) in [
      ("training loss", Value.number(loss)), ("steps", .number(Double(run.stepCount))),
      ("name", .text(run.name)),
    ] {
      #expect(document.facts.first { $0.key == key }?.values == [value, value])
    }
    let drifts = document.facts.filter { $0.key.contains("nw2 from start") }
    #expect(!drifts.isEmpty)
    for drift in drifts {
      guard case .number? = drift.values.first else {
        Issue.record("\(drift)")
        continue
      }
    }
    #expect(try text(run, run, .csv).contains("result,training loss,\(loss),\(loss)\n"))
    let lines = try text(run, run, .ndjson).split(separator: "\n").map {
      try JSONDecoder().decode(Fact.self, from: Data($0.utf8))
    }
    #expect(lines.map(\.key) == document.facts.map(\.key))
  }
}
