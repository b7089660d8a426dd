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

  @Test("Shifts are drawn beside their floors, and the distinguishable ones are counted")
  func floors() throws {
    try record("quiet", rho: 0.2)
    // Well-formed, as it checks.
    _ = try HTMLReportTests.page(runs)
    let page = try page("quiet")
    #expect(page.contains("preactivation between training batches"))
    #expect(page.contains("at least twice the floor: 1 of 9 shifts of layer 1."))
    // Two sides add rho · variance / (5 - rho), over variance + epsilon = 1.
    #expect(page.contains("quiet, floor ends at 0.08325"))
    #expect(page.contains("quiet ends at no value"))
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
