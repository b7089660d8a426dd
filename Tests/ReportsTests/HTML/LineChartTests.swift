import Testing

@testable import Reports

@Suite("Line charts")
struct LineChartTests {
  /// The path of the first run's line in a chart whose plot is 100 pixels wide and high.
  static func path(_ values: [Double?]) throws -> String {
    let points = values.enumerated().map { LineChart.Point(step: $0.offset, value: $0.element) }
    let chart = LineChart(
      title: "", heading: "", lines: [LineChart.Line(name: "a", run: 0, points: points)],
      x: .linear(from: 0, to: 4, count: 4, style: .step), y: .linear(from: 0, to: 1, count: 1),
      width: 128.2, height: 166)
    let markup = chart.svg(id: "x").markup
    let start = try #require(markup.firstRange(of: "class=\"line run0\" d=\"")).upperBound
    return String(markup[start...].prefix { $0 != "\"" })
  }

  @Test("A line goes through its points, up for more")
  func points() throws {
    #expect(try Self.path([0, 1, 0.5]) == "M20.6 130L45.6 30L70.6 80")
  }

  @Test(
    "Missing, NaN, infinite and far too large values break the line",
    arguments: [nil, Double.nan, .infinity, 1e301])
  func gaps(value: Double?) throws {
    #expect(try Self.path([0, 0, value, 1, 1]) == "M20.6 130L45.6 130M95.6 30L120.6 30")
  }

  @Test("A point without neighbours is a dot, not nothing")
  func dots() throws {
    #expect(try Self.path([0, nil, 1, nil, nil]) == "M20.6 130h0M70.6 30h0")
  }

  @Test("A name is text in a chart, whatever it holds, and is cut to its room")
  func names() {
    let name = "<script>&\"'\u{0}" + String(repeating: "w", count: 40)
    let line = LineChart.Line(name: name, run: 0, points: [LineChart.Point(step: 0, value: 1)])
    let chart = LineChart(
      title: name, heading: name, lines: [line], x: .linear(from: 0, to: 1, style: .step),
      y: .linear(from: 0, to: 1), hasLabels: true)
    let checker = MarkupChecker(chart.svg(id: "x").markup)
    #expect(checker.problems == [])
    #expect(checker.elements["script"] == nil)
    #expect(checker.visibleText.contains("<script>&\"'\u{FFFD}wwwwwwwwwwww…"))
  }
}
