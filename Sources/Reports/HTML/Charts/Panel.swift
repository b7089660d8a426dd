import StrictJSON

/// A part of a figure.
protocol Panel: Drawing {
  /// The names of its lines, for legends; none where it has no lines.
  var series: [LineSeries] { get }
  /// The panel as a view of Vega-Lite with its data.
  func vegaLite(width: Int, hasLegend: Bool, _ theme: FigureTheme) -> JSONValue
}

extension Panel {
  var series: [LineSeries] { [] }
}
