import RunModel
import StrictJSON
import Testing

@testable import Reports

@Suite("Specifications of Vega-Lite")
struct VegaLiteSpecTests {
  static func chart(
    _ lines: [LineChart.Line], bands: [LineChart.Band] = [], axis: AxisChoice = .fitted
  ) -> LineChart {
    let values = lines.map { $0.points.compactMap(\.value).filter(ChartScale.isDrawable) }
    return LineChart(
      title: "words", heading: "layer 1", measure: "length, sd", lines: lines, bands: bands,
      x: .linear(from: 0, to: 100, count: 4, style: .step, isRounded: false),
      y: axis.scale(values, and: []))
  }

  static func line(_ name: String, _ run: Int, _ values: [Double?], isSecond: Bool = false)
    -> LineChart.Line
  {
    LineChart.Line(
      name: name, run: run, isSecond: isSecond,
      points: values.enumerated().map { LineChart.Point(step: 10 * $0, value: $1) })
  }

  /// The value at a path of keys and places.
  static func value(_ path: String, in value: JSONValue) -> JSONValue? {
    path.split(separator: "/").reduce(value) { value, key in
      switch value {
      case .object(let members): members[String(key)]
      case .array(let values): Int(key).flatMap { values.indices.contains($0) ? values[$0] : nil }
      default: nil
      }
    }
  }

  @Test("A line has the color, the dashes and the width that the drawing gives it")
  func looks() {
    let panel = Self.chart([
      Self.line("a", 0, [1, 2]), Self.line("b", 1, [2, 3]),
      Self.line("batch statistics", 1, [3, 4], isSecond: true),
    ]).vegaLite(width: 300, hasLegend: true, .dark)
    func range(_ channel: String) -> JSONValue? {
      Self.value("layer/0/encoding/\(channel)/scale/range", in: panel)
    }
    #expect(range("color") == ["#56b4e9", "#e69f00", "#e69f00"])
    #expect(range("strokeDash") == [[1, 0], [7, 3], [7, 3]])
    #expect(range("strokeWidth") == [1.7, 1.7, 0.9])
    for channel in ["color", "strokeDash", "strokeWidth"] {
      #expect(
        Self.value("layer/0/encoding/\(channel)/scale/domain", in: panel)
          == ["a", "b", "batch statistics"])
    }
    #expect(Self.value("layer/0/encoding/y/title", in: panel) == "length, sd")
    #expect(Self.value("layer/0/encoding/x/title", in: panel) == "training step")
    #expect(Self.value("layer/0/encoding/y/scale/type", in: panel) == "linear")
    let hidden = Self.chart([Self.line("a", 0, [1, 2])]).vegaLite(
      width: 300, hasLegend: false, .light)
    #expect(Self.value("layer/0/encoding/color/legend", in: hidden) == .null)
    #expect(Self.value("layer/0/encoding/color/legend/orient", in: panel) == "bottom")
  }

  @Test("Lines of one name are told apart by their run")
  func names() {
    let chart = Self.chart([
      Self.line("a", 0, [1]), Self.line("b", 1, [1]),
      Self.line("batch statistics", 0, [1], isSecond: true),
      Self.line("batch statistics", 1, [1], isSecond: true), Self.line("a", 2, [1]),
    ])
    #expect(
      chart.seriesNames == ["a", "b", "a, batch statistics", "b, batch statistics", "a′"])
    #expect(chart.table?.columns == chart.seriesNames)
  }

  @Test("What has no place leaves a gap, and a point alone is drawn")
  func gaps() {
    let panel = Self.chart([Self.line("a", 0, [1, .nan, 2, nil, 0.5, 0.6, 1e305])]).vegaLite(
      width: 300, hasLegend: true, .light)
    func values(_ layer: Int) -> [JSONValue?] {
      guard case .array(let rows)? = Self.value("layer/\(layer)/data/values", in: panel) else {
        return []
      }
      return rows.map { Self.value("value", in: $0) }
    }
    #expect(values(0) == [1, .null, 2, .null, 0.5, 0.6, .null])
    #expect(values(1) == [1, 2])
    #expect(Self.value("layer/0/transform", in: panel) == nil)
    let logarithmic = Self.chart([Self.line("a", 0, [0, 1, 1000])], axis: .logarithmic).vegaLite(
      width: 300, hasLegend: true, .light)
    #expect(Self.value("layer/0/data/values/0/value", in: logarithmic) == 0)
    #expect(Self.value("layer/0/encoding/y/scale/type", in: logarithmic) == "log")
    #expect(
      Self.value("layer/0/transform/0/calculate", in: logarithmic)
        == "datum.value >= 1.0 ? datum.value : null")
  }

  @Test("Events and the end of a run that diverged are marks of their own")
  func marks() {
    var line = Self.line("a", 0, [1, 2])
    line.divergedAt = 10
    line.events = [EventMark(step: 5, kind: "alarm")]
    let panel = Self.chart([line]).vegaLite(width: 300, hasLegend: true, .light)
    #expect(
      Self.value("layer/1/data/values", in: panel)
        == [["event": "alarm", "series": "a", "step": 5]])
    #expect(Self.value("layer/1/mark/shape", in: panel) == "triangle-down")
    #expect(
      Self.value("layer/2/data/values", in: panel)
        == [["event": "diverged", "series": "a", "step": 10]])
    #expect(Self.value("layer/2/mark/shape", in: panel) == "cross")
  }

  @Test("Rules are lines across in the color of text")
  func rules() {
    var chart = Self.chart([Self.line("a", 0, [1, 2])])
    chart.rules = [1, 2]
    let panel = chart.vegaLite(width: 300, hasLegend: true, .dark)
    #expect(Self.value("layer/0/data/values", in: panel) == [["rule": 1], ["rule": 2]])
    #expect(Self.value("layer/0/mark/type", in: panel) == "rule")
    #expect(Self.value("layer/0/mark/color", in: panel) == .string(Ink.text.color(.dark)))
    #expect(Self.value("layer/0/encoding/y/field", in: panel) == "rule")
  }

  @Test("Fonts, colors and notes are in it, and panels have looks of their own")
  func settings() throws {
    let runs = try FigureDrawingTests.runs(["plain", "bn"])
    for theme in FigureTheme.allCases {
      let text = try FigureDrawingTests.figures(runs).vegaLite(.shift, theme, .slide)
      let spec = try #require(JSONValue(text: text))
      for (path, ink) in [
        ("background", Ink.paper), ("config/axis/labelColor", .muted),
        ("config/axis/gridColor", .grid), ("config/header/labelColor", .muted),
        ("config/legend/labelColor", .text), ("config/title/color", .text),
        ("config/title/subtitleColor", .muted),
      ] {
        #expect(Self.value(path, in: spec) == .string(ink.color(theme)), "\(path)")
      }
      #expect(Self.value("config/mark/tooltip", in: spec) == true)
      #expect(Self.value("columns", in: spec) == 2)
      #expect(
        Self.value("concat/0/width", in: spec) == .integer(960 / 2 - 80)
          && Self.value("title/text/0", in: spec)
            == "Shift of each layer’s preactivation since the start"
      )
      guard case .array(let notes)? = Self.value("title/subtitle", in: spec) else {
        Issue.record("no notes")
        return
      }
      #expect(
        notes.contains {
          if case .string(let note) = $0 { note.contains("tap preactivation") } else { false }
        })
      for kind in ["legend", "scale"] {
        for channel in ["color", "strokeDash", "strokeWidth"] {
          #expect(Self.value("resolve/\(kind)/\(channel)", in: spec) == "independent")
        }
      }
    }
  }

  @Test("A map has the shades of the drawing from the same values on")
  func shades() throws {
    let shades = try #require(HeatmapShades([0.1, 1, 10]))
    let map = Heatmap(
      title: "", heading: "a", measure: "length, sd", steps: [0, 5],
      rows: [Heatmap.Row(label: "layer 1", startsGroup: true, values: [0.1, nil])], shades: shades)
    let panel = map.vegaLite(width: 300, hasLegend: true, .light)
    guard case .array(let limits)? = Self.value("encoding/color/scale/domain", in: panel) else {
      Issue.record("no domain")
      return
    }
    #expect(limits.count == Ink.shadeCount - 1)
    for (place, limit) in limits.enumerated() {
      guard case .number(let limit) = limit else { continue }
      #expect(shades.shade(limit * (1 - 1e-9)) == place)
      #expect(shades.shade(limit * (1 + 1e-9)) == place + 1)
    }
    #expect(
      Self.value("data/values", in: panel) == [
        ["layer": "layer 1", "step": 0, "value": 0.1],
        ["layer": "layer 1", "step": 5, "value": .null],
      ])
  }

  @Test("The caption is the description, one legend is enough, and hostile names are strings")
  func document() throws {
    let runs = try FigureDrawingTests.runs(["plain", HTMLReportTests.hostile])
    let text = try FigureDrawingTests.figures(runs).vegaLite(.shift, .light, .column)
    #expect(try FigureDrawingTests.figures(runs).vegaLite(.shift, .light, .column) == text)
    let spec = try #require(JSONValue(text: text))
    guard case .string(let description)? = Self.value("description", in: spec) else {
      Issue.record("no description")
      return
    }
    #expect(description.hasPrefix("Shift of each layer’s preactivation since the start. How far"))
    #expect(description.contains("normalized W2 is √") && !description.contains("&lt;"))
    #expect(description.contains("<script>alert('x')</script>\"&amp;"))
    #expect(!description.contains("<p>") && !description.contains("\u{2060}"))
    #expect(
      Self.value("$schema", in: spec) == "https://vega.github.io/schema/vega-lite/v5.json")
    #expect(
      Self.value("concat/0/layer/0/encoding/color/scale/domain/0", in: spec)
        == .string(HTMLReportTests.hostile)
        || Self.value("concat/0/layer/0/encoding/color/scale/domain/1", in: spec)
          == .string(HTMLReportTests.hostile)
    )
    #expect(Self.value("concat/0/layer/0/encoding/color/legend", in: spec) != .null)
    #expect(Self.value("concat/1/layer/0/encoding/color/legend", in: spec) == .null)
    #expect(
      Self.value("concat/1/layer/0/encoding/y/title", in: spec) == "normalized W2, sd at step 0")
  }
}
