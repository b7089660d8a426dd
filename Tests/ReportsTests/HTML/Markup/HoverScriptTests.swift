import FoundationEssentials
import Glibc
import RunModel
import TestSupport
import Testing

@testable import Reports

@Suite("The script of a page")
struct HoverScriptTests {
  let runs: RecordedRuns

  init() throws { runs = try RecordedRuns() }

  /// The script of a page.
  static func script(_ markup: String) throws -> String {
    let found = markup.matches(of: /<script>(.*?)<\/script>/.dotMatchesNewlines())
    #expect(found.count == 1 && markup.ranges(of: "<script").count == 1)
    return String(try #require(found.first).output.1)
  }

  @Test("The page's policy allows this script by its hash, and no other")
  func policy() throws {
    try runs.complete("a", hasBatchNorm: true)
    let markup = try HTMLReportTests.page(runs).markup
    let file = try runs.folder.write(try Self.script(markup), to: "script.js")
    let sum = try CommandRun("sha256sum", [file]).output.prefix(64)
    let bytes = stride(from: 0, to: 64, by: 2).compactMap { place in
      UInt8(sum.dropFirst(place).prefix(2), radix: 16)
    }
    #expect(bytes.count == 32)
    #expect(
      markup.contains(
        "content=\"default-src 'none'; style-src 'unsafe-inline'; "
          + "script-src 'sha256-\(Data(bytes).base64EncodedString())'\""))
  }

  @Test("No text of a run enters it, and it writes no markup")
  func constant() throws {
    try runs.complete(HTMLReportTests.hostile, hasBatchNorm: true)
    let hostile = try Self.script(HTMLReportTests.page(runs).markup)
    let other = try RecordedRuns()
    try other.complete("plain", hasBatchNorm: false)
    #expect(try Self.script(HTMLReportTests.page(other).markup) == hostile)
    for word in ["innerHTML", "outerHTML", "insertAdjacent", "eval", "Function", "document.write"] {
      #expect(!hostile.contains(word), "\(word)")
    }
    #expect(hostile.contains("textContent=name") && !hostile.contains("fetch"))
  }

  @Test("A page without it has every figure and table, and nothing hidden")
  func without() throws {
    try runs.complete("plain", hasBatchNorm: false)
    try runs.complete("bn", hasBatchNorm: true)
    let (markup, checker) = try HTMLReportTests.page(runs)
    let bare = MarkupChecker(
      markup.replacing("<script>\(try Self.script(markup))</script>", with: ""))
    #expect(bare.problems == [] && bare.elements["script"] == nil)
    #expect(
      bare.visibleText.filter { !$0.isWhitespace }
        == checker.visibleText.filter { !$0.isWhitespace })
    #expect(!bare.attributes.contains("hidden") && checker.elements["figure"] == 7)
    #expect(checker.elements["noscript"] == nil)
  }

  /// The steps of `StepText`.
  static func steps(_ text: Substring) -> [Int] {
    var all: [Int] = []
    for part in text.split(separator: " ") {
      let numbers = part.split(separator: "x").compactMap { Int($0) }
      for _ in 0..<(numbers.count > 1 ? numbers[1] : 1) { all.append((all.last ?? 0) + numbers[0]) }
    }
    return all
  }

  @Test(
    "Steps are their first and the distances, equal ones counted",
    arguments: [
      ([], ""), ([7], "7"), ([0, 25, 50, 75], "0 25x3"), ([5, 10, 15], "5 5x2"),
      ([0, 1, 2, 4, 8], "0 1x2 2 4"), ([0, 5, 11, 16], "0 5 6 5"),
    ] as [([Int], String)])
  func stepText(steps: [Int], text: String) {
    #expect(StepText.of(steps) == text)
    #expect(Self.steps(Substring(text)) == steps)
  }

  /// What a reader of the attributes of a chart reads off the places of its lines.
  static func readings(_ svg: Substring) throws -> [[(step: Int, value: Double)]] {
    let plot = try #require(svg.firstMatch(of: /data-plot="([^"]*)" data-kind="([a-z]*)"/)).output
    let numbers = plot.1.split(separator: " ").compactMap { Double($0) }
    #expect(numbers.count == 6)
    let steps = try #require(svg.firstMatch(of: /data-steps="([^"]*)"/)).output.1
      .split(separator: ";").map(Self.steps)
    let lines = svg.matches(of: /class="line [^>]* d="([^"]*)"/).map(\.output.1)
    #expect(lines.count == steps.count)
    return zip(lines, steps).map { data, steps in
      var y = 0.0
      let places: [Double] = data.matches(of: /([Ml]?) ?(-?[0-9]*\.?[0-9]+) ?(-?[0-9]*\.?[0-9]+)/)
        .map {
          y = (Double($0.output.3) ?? .nan) + ($0.output.1 == "M" ? 0 : y)
          return y
        }
      #expect(places.count == steps.count)
      return zip(steps, places).map { step, place in
        let share: Double = (numbers[3] - place) / (numbers[3] - numbers[2])
        let (low, high): (Double, Double) = (numbers[4], numbers[5])
        let linear: Double = low + share * (high - low)
        let value = plot.2 == "log" ? low * exp(log(high / low) * share) : linear
        return (step: step, value: value)
      }
    }
  }

  @Test("What it reads off a chart are the recorded steps and values")
  func values() throws {
    try runs.complete("plain", hasBatchNorm: false)
    let markup = try HTMLReportTests.page(runs).markup
    let shift = try #require(
      markup.firstMatch(of: /<figure id="shift">(.*?)<\/figure>/.dotMatchesNewlines())
    ).output.1
    let charts = shift.matches(of: /<svg [^>]*data-plot.*?<\/svg>/.dotMatchesNewlines())
    #expect(charts.count == 2)
    for (place, chart) in charts.enumerated() {
      let line = try #require(Self.readings(chart.output).first)
      #expect(line.map(\.step) == [0, 10, 20, 30, 40])
      for (step, value) in line {
        let wanted = Double((place + 1) * step) / 100
        #expect(abs(value - wanted) < 0.001, "\(value) at step \(step)")
      }
    }
  }

  @Test("A gap and a dot keep lines and steps in step, and a logarithmic axis is read as one")
  func gaps() throws {
    let chart = LineChart(
      title: "all", heading: "a", measure: "b",
      lines: [
        VegaLiteSpecTests.line("none", 0, [.nan, 0]),
        VegaLiteSpecTests.line("a", 1, [1, nil, 1000, 100, .nan, 10]),
      ],
      x: .linear(from: 0, to: 50, count: 4, style: .step, isRounded: false),
      y: .logarithmic(from: 1, to: 1000))
    let svg = chart.svg(id: "x").markup
    #expect(svg.contains("data-kind=\"log\""))
    let lines = try Self.readings(Substring(svg))
    #expect(lines.count == 1 && lines[0].map(\.step) == [0, 20, 30, 50])
    for (reading, wanted) in zip(lines[0], [1.0, 1000, 100, 10]) {
      #expect(abs(reading.value / wanted - 1) < 0.01)
    }
    // The first and the last have no neighbor.
    #expect(
      svg.firstMatch(of: /class="dot [^>]* d="([^"]*)"/)?.output.1.ranges(of: "h.01").count == 2)
  }

  @Test("The cells of a map are found by their rows, columns and shades")
  func map() throws {
    let map = try RowPanelTests.heatmap([[1, 1, 512], [nil, 1, nil]])
    let svg = map.svg(id: "x").markup
    let places = try #require(svg.firstMatch(of: /data-map="([0-9.]*) ([0-9.]*)"/)).output
    let (left, cell) = (try #require(Double(places.1)), try #require(Double(places.2)))
    let first = try #require(
      svg.firstMatch(of: #/f-shade0" fill="[^"]*" d="M([0-9.]*) [0-9.]*h[0-9.]*v21/#)
    ).output.1
    #expect(Double(first) == left)
    let last = try #require(
      svg.firstMatch(of: #/f-shade8" fill="[^"]*" d="M([0-9.]*) [0-9.]*h[0-9.]*v21/#)
    ).output.1
    #expect(abs((Double(last) ?? 0) - left - 2 * cell) < 0.02)
    #expect(svg.contains("data-from=\"2 4 8 16 32 64 130 260\" data-steps=\"0 500 999500\""))
    #expect(svg.ranges(of: "<g class=\"row\">").count == 2)
  }
}
