import Reports
import RunModel
import RunStore
import TestSupport
import Testing

@Suite("The figure of sampling noise")
struct NoiseFigureTests {
  let runs: RecordedRuns

  init() throws { runs = try RecordedRuns() }

  /// Records ten batches of 5 rows, of one unit whose mean jumps by 1 at step 5 and is alike otherwise.
  func record(_ name: String, rho: Float?) throws {
    let recorder = try runs.recorder(name)
    let site = Site(
      layer: 1, tap: .preactivation, population: .batch, statistics: .none, width: 1)
    if let rho {
      recorder.record(
        BatchNoiseRecord(step: 0, batchCount: 9, count: 45, rho: [rho], kurtosis: [1]), at: site)
    }
    for step in 0..<10 {
      recorder.record(
        site, step: step, count: 5, mean: [step < 5 ? 0 : 1], variance: [0.999])
    }
    try runs.steps(0..<10, recorder) { _ in 1 }
    try recorder.end(.finished)
  }

  func page(_ names: String...) throws -> String {
    try HTMLReport(of: names.map { try runs.database.run($0) }, in: runs.database).html
  }

  /// The path of the first line.
  func line(_ page: String) throws -> Substring {
    let figure = try #require(page.firstRange(of: "squared W2 ÷ its sampling floor: ")).upperBound
    return try #require(page[figure...].firstMatch(of: /class="line s-run0"[^>]* d="([^"]*)"/))
      .output.1
  }

  @Test("Another unit of the noise changes nothing where the shift over its floor stays")
  func measuredAgain() throws {
    let site = Site(
      layer: 1, tap: .preactivation, population: .batch, statistics: .none, width: 1)
    let recorder = try runs.recorder("twice")
    for (step, variance) in [(0, Float(0.1)), (10, 100)] {
      recorder.record(
        BatchNoiseRecord(
          step: step, batchCount: 9, count: 45, rho: [0.2], kurtosis: [1], variance: [variance]),
        at: site)
    }
    for step in 0..<20 {
      recorder.record(
        site, step: step, count: 5, mean: [step.isMultiple(of: 2) ? 0 : 1], variance: [0.999])
    }
    try runs.steps(0..<20, recorder) { _ in 1 }
    try recorder.end(.finished)
    // The same distance above 0 at each step: a line without a fall.
    let moves = try line(page("twice")).split { "Ml ".contains($0) }.dropFirst(2)
    let rises = moves.enumerated().filter { !$0.offset.isMultiple(of: 2) }.map(\.element)
    #expect(rises.count == 18 && rises.allSatisfy { $0 == "0" })
  }

  @Test("Shifts are drawn over their floors, and the distinguishable ones are counted")
  func floors() throws {
    try record("quiet", rho: 0.2)
    // Well-formed, as it checks.
    _ = try HTMLReportTests.page(runs)
    let page = try page("quiet")
    #expect(page.contains("preactivation between training batches"))
    #expect(page.contains("at least twice the floor: 1 of 9 shifts of layer 1."))
    // Two sides add rho · variance / (5 - rho) each, over variance + epsilon = 1: 1 / 0.08325 = 12.01 at the jump, and a
    // shift of 0 elsewhere has no place on a logarithmic axis, which goes from 1 to 20.
    #expect(page.contains("quiet ends at no value"))
    #expect(page.ranges(of: "class=\"rule s-text\"").count == 2)
    #expect(page.ranges(of: "class=\"dot s-run0\"").count == 1)
  }

  @Test("A floor above half of the jump says so")
  func noisy() throws {
    try record("noisy", rho: 2)
    #expect(try page("noisy").contains("floor: 0 of 9 shifts of layer 1."))
  }

  @Test("Without measured noise there is no such figure, and beside others the run is named")
  func missing() throws {
    try record("unmeasured", rho: nil)
    #expect(try !page("unmeasured").contains("recorded training batch to the next"))
    try record("measured", rho: 1)
    #expect(try page("unmeasured", "measured").contains("whose noise was not measured"))
  }
}
