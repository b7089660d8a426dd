import Reports
import RunModel
import RunStore
import Statistics
import Testing

@Suite("Figures of histograms and of the running gap")
struct DistributionFigureTests {
  let runs: RecordedRuns

  init() throws { runs = try RecordedRuns() }

  /// Records histograms of two units at 20 steps.
  func record(_ name: String, lower: [Float]) throws {
    let recorder = try runs.recorder(name)
    let site = Site(layer: 1, tap: .preactivation, population: .probe, statistics: .none, width: 2)
    let axis = try #require(HistogramAxis(bins: 4, lower: lower, upper: lower.map { $0 + 4 }))
    for step in 0..<20 {
      recorder.record(site, step: step, count: 10, mean: [0, 0], variance: [1, 1])
      // Of each unit 1 value below, 3, 2, 2 and 2 in the bins, and none above.
      let counts: [UInt32] = [1, 3, 2, 2, 2, 0, 1, 3, 2, 2, 2, 0]
      recorder.record(
        try #require(FeatureHistograms(axis: axis, counts: counts)), at: site, step: step)
    }
    try recorder.end(.finished)
  }

  func page() throws -> String {
    try HTMLReport(of: runs.database.runs(), in: runs.database).html
  }

  @Test(
    "Histograms are ridges over at most twelve steps, in the tensor's units where the units share bins"
  )
  func ridges() throws {
    try record("shared", lower: [-2, -2])
    // Well-formed, as it checks.
    _ = try HTMLReportTests.page(runs)
    let page = try page()
    #expect(page.ranges(of: "class=\"ridge ").count == 12)
    #expect(page.contains("preactivation, units of the tensor"))
    #expect(page.ranges(of: ">10 % beyond<").count == 12)
    #expect(page.contains("preactivation, probe, no batch norm (layer 1)"))
    // A tenth is below the bins: half of the rest is reached in the second.
    #expect(page.contains("<td>-1</td><td>0</td><td>2</td><td>10.00 %</td>"))
  }

  @Test("Where each unit has its own bins, the axis is in standard deviations at the start")
  func standardized() throws {
    try record("own", lower: [-2, 5])
    #expect(try page().contains("preactivation, sd at the start from each unit’s mean there"))
  }

  @Test("The running gap has a panel for each layer, and one for the accuracy that it costs")
  func gap() throws {
    let recorder = try runs.recorder("bn")
    for step in [0, 10] {
      let mean: [Float] = [Float(step) / 10]
      // Batch statistics: mean beta = 0 and variance 1 / (1 + 0). With running ones the mean is off by the step.
      recorder.record(
        Site(
          layer: 1, tap: .preactivation, population: .probe, statistics: .batch, width: 1,
          epsilon: 0.001),
        step: step, count: 9, mean: [5], variance: [0.999], affine: ([1], [0]))
      recorder.record(
        Site(layer: 1, tap: .normalized, population: .probe, statistics: .running, width: 1),
        step: step, count: 9, mean: mean, variance: [0.999])
      for (statistics, accuracy) in [
        (StatisticsMode.batch, 0.9), (.running, 0.9 - 0.02 * Double(step)),
      ] {
        recorder.record(
          EvaluationRecord(
            step: step, split: .test, statistics: statistics, loss: 1, accuracy: accuracy))
      }
    }
    try recorder.end(.finished)
    _ = try HTMLReportTests.page(runs)
    let page = try page()
    #expect(page.contains("layer 1: normalized W2, sd with batch statistics: bn ends at 1."))
    #expect(
      page.contains("what it costs: test accuracy lost, percentage points: bn ends at 20."))
    #expect(page.contains("which costs accuracy at the end: 20.0 points."))
  }
}
