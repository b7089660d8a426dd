import StrictJSON

/// A figure alone as a specification of Vega-Lite 5: one JSON document with its data, colors and patterns of dashes inside.
struct VegaLiteSpec {
  let figure: Figure
  let theme: FigureTheme
  let size: FigureSize

  private static let schema = "https://vega.github.io/schema/vega-lite/v5.json"
  private static let font = "system-ui, 'DejaVu Sans', sans-serif"
  /// The room beside a plot for its axis, in pixels.
  private static let axisWidth = 80

  /// The document, a row of data on each line; the same figure gives the same bytes.
  var json: String {
    let columns = FigureDrawing(figure: figure, theme: theme, size: size).columns
    let whole = size == .column ? 400 : 960
    let width = max(120, whole / columns - VegaLiteSpec.axisWidth)
    var known: [LineSeries] = []
    let panels = figure.panels.enumerated().map { place, panel -> JSONValue in
      let series = panel.series
      // One legend is enough for panels of the same lines.
      let hasLegend = series.isEmpty ? place == 0 : series.contains { !known.contains($0) }
      known += series
      return panel.vegaLite(width: width, hasLegend: hasLegend, theme)
    }
    // The sentences that a reader needs beside the figure alone.
    let notes = (figure.footnotes + figure.markNotes).flatMap {
      PanelText.lines($0, width: Double(whole) * 1.2)
    }
    let titles = PanelText.lines(figure.title, width: Double(whole))
    var text = TextBuffer()
    VegaLiteSpec.append(
      [
        "$schema": .string(VegaLiteSpec.schema),
        "background": theme.vegaLite(.paper),
        "columns": .integer(Int128(columns)),
        "concat": .array(panels),
        "config": config,
        "description": .string("\(figure.title). \(figure.caption.plainText)"),
        "resolve": [
          "legend": VegaLiteSpec.independent, "scale": VegaLiteSpec.independent,
        ],
        "title": [
          "subtitle": .array(notes.map { .string($0) }),
          "text": .array(titles.map { .string($0) }),
        ],
      ], to: &text)
    text.append("\n")
    return String(decoding: text.utf8, as: UTF8.self)
  }

  /// Panels of different runs have scales of their own.
  private static let independent: JSONValue = [
    "color": "independent", "strokeDash": "independent", "strokeWidth": "independent",
  ]

  /// The fonts and colors of what is no data.
  private var config: JSONValue {
    let (text, muted, grid) = (
      theme.vegaLite(.text), theme.vegaLite(.muted), theme.vegaLite(.grid)
    )
    return [
      "axis": [
        "domainColor": muted, "gridColor": grid, "labelColor": muted, "tickColor": muted,
        "titleColor": muted, "titleFontWeight": "normal",
      ],
      "font": .string(VegaLiteSpec.font),
      "header": ["labelColor": muted, "titleColor": muted, "titleFontWeight": "normal"],
      "legend": ["labelColor": text, "titleColor": muted, "titleFontWeight": "normal"],
      "mark": ["tooltip": true],
      "title": [
        "anchor": "start", "color": text, "fontSize": 13, "fontWeight": 600, "offset": 8,
        "subtitleColor": muted, "subtitleFontSize": 10,
      ],
      "view": ["stroke": .null],
    ]
  }

  /// Appends `value`; objects of a list have a line each.
  private static func append(_ value: JSONValue, to text: inout TextBuffer) {
    switch value {
    case .array(let values):
      let hasLines = values.contains { if case .object = $0 { true } else { false } }
      text.append("[")
      for (place, value) in values.enumerated() {
        if place > 0 { text.appendComma() }
        if hasLines { text.append("\n") }
        append(value, to: &text)
      }
      text.append("]")
    case .object(let members):
      text.append("{")
      for (place, key) in members.keys.sorted().enumerated() {
        if place > 0 { text.appendComma() }
        text.appendJSON(key)
        text.append(":")
        append(members[key] ?? .null, to: &text)
      }
      text.append("}")
    default: text.appendJSON(value)
    }
  }
}

extension FigureTheme {
  /// A color as a value of JSON.
  func vegaLite(_ ink: Ink) -> JSONValue { .string(ink.color(self)) }
}

extension JSONValue {
  /// A number that can be drawn, else null, which leaves a gap.
  static func drawn(_ value: Double?) -> JSONValue {
    value.flatMap { ChartScale.isDrawable($0) ? JSONValue($0) : nil } ?? .null
  }

  /// A step.
  static func step(_ step: Int) -> JSONValue { .integer(Int128(step)) }
}
