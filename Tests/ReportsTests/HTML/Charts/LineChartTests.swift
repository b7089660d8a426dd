import Testing

@testable import Reports

@Suite("Line charts")
struct LineChartTests {
  /// A plot of 100 by 100 pixels at (20, 30) of steps from 0 to 4 and values from 0 to 1.
  static let frame = Frame(
    left: 20, right: 120, top: 30, floor: 130,
    x: .linear(from: 0, to: 4, count: 4, style: .step), y: .linear(from: 0, to: 1, count: 1))

  static func data(_ values: [Double?]) -> String { paths(values).line }

  static func paths(_ values: [Double?]) -> (line: String, dots: String) {
    LineChart.data(
      values.enumerated().map { LineChart.Point(step: $0.offset, value: $0.element) }, frame)
  }

  /// A chart of lines that all end at the last of `ends`.
  static func chart(_ names: [String], ends: [Double], events: [EventMark] = []) -> LineChart {
    let lines = names.indices.map { index in
      LineChart.Line(
        name: names[index], run: index,
        points: [
          LineChart.Point(step: 0, value: 0),
          LineChart.Point(step: 1_000_000, value: ends[index % ends.count]),
        ], events: events)
    }
    return LineChart(
      title: "all", heading: "layer 1", measure: "normalized W2, sd at step 0", lines: lines,
      x: .linear(from: 0, to: 1_000_000, count: 4, style: .step, isRounded: false),
      y: .linear(from: 0, to: 1, count: 4))
  }

  @Test("A line goes through its points, up for more, in relative moves")
  func points() {
    #expect(Self.data([0, 1, 0.5]) == "M20 130l25-100 25 50")
  }

  @Test(
    "Missing, NaN, infinite and far too large values break the line",
    arguments: [nil, Double.nan, .infinity, 1e301])
  func gaps(value: Double?) {
    #expect(Self.data([0, 0, value, 1, 1]) == "M20 130l25 0M95 30l25 0")
  }

  @Test("A point without neighbors is a dot, not nothing")
  func dots() {
    #expect(Self.paths([0, nil, 1, nil, nil]) == ("M20 130M70 30", "M20 130h.01M70 30h.01"))
    #expect(Self.paths([0, 1]).dots == "")
    let markup = Self.chart(["a"], ends: [.nan]).marks(width: 430, height: 240, .light).markup
    #expect(markup.contains(/class="dot s-run0" stroke="[^"]*" fill="none" stroke-width="4"/))
  }

  @Test("Moves do not add up rounding errors")
  func rounding() {
    var pen = Pen()
    for step in 0...30 { pen.draw(Double(step) / 3, 0) }
    let moves = pen.data.split(separator: "l")[1].split(separator: " ").compactMap { Double($0) }
    #expect(abs(moves.reduce(0, +) - 10) < 1e-9)
    #expect(pen.data.hasPrefix("M0 0l.3 0 .4 0 .3 0"))
  }

  @Test("An area goes along its upper and back along its lower edge; a gap makes two of it")
  func bands() {
    let chart = Self.chart(["a"], ends: [1])
    func band(_ points: [(Int, Double, Double)]) -> String {
      chart.mark(
        LineChart.Band(
          name: "15 % to 85 %", run: 0,
          points: points.map { (step: $0.0, low: $0.1, high: $0.2) }),
        Self.frame, .light
      ).markup
    }
    #expect(
      band([(0, 0, 1), (1, 0, 0.5), (2, .nan, 1), (3, 0, 1)])
        .contains("d=\"M20 30l25 50 0 50-25 0zM95 30l0 100z\""))
    #expect(band([(0, .nan, .nan)]) == "")
    #expect(band([(0, 0, 1)]).contains("fill-opacity=\".2\""))
  }

  @Test("Ten lines that end at one place have ten names apart from each other and from the axes")
  func names() {
    let names = (0..<10).map { "experiment-with-a-long-name-\($0)" }
    for ends in [[1.0], [0], [0.5], [0, 0.02, 0.98]] {
      let chart = Self.chart(names, ends: ends)
      for (width, height) in [(430.0, 241.0), (300.0, 190.0)] {
        let boxes = TextBoxes(chart.marks(width: width, height: height, .light).markup)
        #expect(boxes.collisions == [])
        #expect(boxes.beyond(width) == [])
        #expect(boxes.boxes.count { $0.text.hasPrefix("experim") } == 10)
      }
    }
  }

  @Test("Names of second lines yield where there is no room")
  func secondNames() {
    var chart = Self.chart((0..<24).map { "run \($0)" }, ends: [0.5])
    for index in 12..<24 { chart.lines[index].isSecond = true }
    let frame = Frame(
      left: 0, right: 100, top: 0, floor: 162, x: chart.x, y: chart.y)
    let labels = LineChart.labels(of: chart.lines, frame)
    #expect(labels.map(\.text).sorted() == (0..<12).map { "run \($0)" }.sorted())
    #expect(zip(labels, labels.dropFirst()).allSatisfy { $1.y - $0.y >= 11 })
  }

  @Test("A triangle marks each event, and events at one place are one")
  func events() {
    let events = [0, 1, 500_000].map { EventMark(step: $0, kind: "alarm") }
    let markup = Self.chart(["a"], ends: [1], events: events).marks(
      width: 430, height: 240, .light
    ).markup
    let path = markup.firstMatch(of: /class="event [^"]*"[^>]* d="([^"]*)"/)
    #expect(path?.output.1.count { $0 == "z" } == 2)
    #expect(markup.contains("a: alarm at step 0 and 2 more events"))
  }

  @Test("A name is text in a chart, whatever it holds, and is cut to its room")
  func hostileNames() {
    let name = "<script>&\"'\u{0}" + String(repeating: "w", count: 40)
    let checker = MarkupChecker(Self.chart([name], ends: [1]).svg(id: "x").markup)
    #expect(checker.problems == [])
    #expect(checker.elements["script"] == nil)
    #expect(checker.visibleText.contains("<script>"))
    let labels = LineChart.labels(of: Self.chart([name], ends: [1]).lines, Self.frame)
    #expect(labels[0].text.displayWidth == LineChart.longestName)
  }
}
