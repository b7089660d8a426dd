import Reports
import RunModel
import RunStore
import Statistics
import TestSupport
import Testing

@Suite("The figure of quantiles")
struct BandFigureTests {
  let runs: RecordedRuns

  init() throws { runs = try RecordedRuns() }

  /// Records quantiles of two layers under two kinds of statistics.
  func record(
    _ name: String, _ statistics: [StatisticsMode], levels: [Double] = [0.15, 0.5, 0.85]
  ) throws {
    let recorder = try runs.recorder(name)
    for step in stride(from: 0, through: 20, by: 10) {
      for layer in 1...3 {
        for kind in statistics {
          let site = Site(
            layer: layer, tap: kind == .none ? .preactivation : .normalized, population: .probe,
            statistics: kind, width: 1)
          recorder.record(site, step: step, count: 9, mean: [0], variance: [1])
          let middle = Float(layer * 100 + step) + (kind == .batch ? 0.5 : 0)
          recorder.record(
            FeatureQuantiles(
              levels: levels, values: [[middle - 10], [middle], [middle + 10]]),
            at: site, step: step)
        }
      }
    }
    try recorder.end(.finished)
  }

  func page(_ names: String...) throws -> String {
    try HTMLReport(of: names.map { try runs.database.run($0) }, in: runs.database).html
  }

  @Test("It shows the last hidden layer, with running statistics if they were recorded")
  func bands() throws {
    try record("normed", [.batch, .running])
    try record("bare", [.none])
    // Well-formed, as it checks.
    _ = try HTMLReportTests.page(runs)
    let page = try page("normed", "bare")
    #expect(page.contains("Quantiles of the input of the last hidden layer’s nonlinearity"))
    #expect(page.contains("layer 2, normalized, probe, 15 %, 50 %, 85 %, running statistics"))
    #expect(page.contains("layer 2, normalized, probe, 15 %, 50 %, 85 %, no batch norm"))
    for name in ["normed", "bare"] {
      #expect(page.contains("\(name): 15 % ends at 210; 50 % ends at 220; 85 % ends at 230."))
    }
    // A filled area from 15 % to 85 % for each run, and a line for the median.
    #expect(page.ranges(of: "class=\"band ").count == 2)
    #expect(page.ranges(of: "<title>15 % to 85 %</title>").count == 2)
  }

  @Test("Without quantiles there is no such figure, and beside others the run is named")
  func missing() throws {
    try runs.complete("old", hasBatchNorm: true)
    #expect(try !page("old").contains("the last hidden layer’s nonlinearity"))
    try record("new", [.none])
    let both = try page("old", "new")
    #expect(
      both.contains("the last hidden layer’s nonlinearity") && both.contains("without quantiles"))
  }

  @Test("Levels without an opposite one are thin lines, not areas")
  func unpaired() throws {
    try record("low", [.none], levels: [0.1, 0.25, 0.5])
    let page = try page("low")
    #expect(!page.contains("class=\"band "))
    let figure = try #require(
      page.firstMatch(of: /<figure id="bands">(.*?)<\/figure>/.dotMatchesNewlines()))
    #expect(figure.output.1.ranges(of: "class=\"line ").count == 3)
    #expect(figure.output.1.ranges(of: "stroke-opacity=\".7\"").count == 2)
  }
}
