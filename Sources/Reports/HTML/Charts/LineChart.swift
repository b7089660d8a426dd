/// A line chart over training steps.
struct LineChart: Panel {
  typealias Point = ChartPoint

  /// One line.
  struct Line {
    /// The name at its end.
    let name: String
    /// The place of its run among the figure's runs, which decides the look.
    let run: Int
    /// Whether it is the second line of its run, which is thin.
    var isSecond = false
    /// The points, by step.
    var points: [Point]
    /// The step at which the run diverged; nil if it did not.
    var divergedAt: Int?
    /// The events of the run that are marked above the plot, by step.
    var events: [EventMark] = []

    /// The points that have a place on an axis of values.
    func placed(on scale: ChartScale) -> [Point] { points.filter { $0.isPlaced(on: scale) } }

    /// The last value in words, such as "with-bn ends at 0.67".
    func ending(_ format: (Double) -> String) -> String {
      let last = points.last?.value.map(format)
      return "\(name) ends at \(last ?? "no value")"
    }
  }

  /// A filled area between two values at each step.
  struct Band {
    /// The name, for the table and for readers who point at it.
    let name: String
    /// The place of its run among the figure's runs.
    let run: Int
    /// The lower and the upper value at a step; a step without a value that can be drawn leaves a gap.
    let points: [(step: Int, low: Double, high: Double)]
  }

  /// The panel in words, for screen readers.
  let title: String
  /// The bold text above the plot: what the panel is of.
  let heading: String
  /// The title of the vertical axis: the quantity and its unit.
  let measure: String
  var lines: [Line]
  var bands: [Band] = []
  /// The values with a line across the plot, such as a limit.
  var rules: [Double] = []
  /// The steps.
  let x: ChartScale
  /// The values.
  let y: ChartScale
  /// The share of the height to the width.
  private static let aspect = 0.56

  private static let bottom = 34.0
  /// The usual and the least distance of names at the ends of lines.
  static let labelSpacing = (usual: 14.0, least: 11.0)

  /// The longest name at the end of a line, in columns of text; longer ones are cut in the middle.
  static let longestName = 18

  private var hasEvents: Bool { lines.contains { !$0.events.isEmpty } }
  /// The upper edge of the plot, below the heading, the axis' title and the marks of events.
  private var top: Double { 41 + (hasEvents ? 9 : 0) }
  /// The width that the tick labels need.
  private var left: Double { 12 + (y.labels.map(PanelText.width).max() ?? 0) }
  private var right: Double {
    let longest = lines.map { PanelText.width(LineChart.short($0.name)) }.max() ?? 0
    // Half of the last tick label may reach beyond the axis.
    return max(26 + longest, 4 + PanelText.width(x.labels.last ?? "") / 2)
  }

  func height(atWidth width: Double) -> Double { (width * LineChart.aspect).rounded() }

  var table: PanelTable? {
    var columns = zip(seriesNames, lines).map { (name: $0, points: $1.points) }
    for band in bands {
      columns.append(
        ("\(band.name), low", band.points.map { Point(step: $0.step, value: $0.low) }))
      columns.append(
        ("\(band.name), high", band.points.map { Point(step: $0.step, value: $0.high) }))
    }
    let isPercent = y.style == .percent
    return PanelTable(heading.isEmpty ? measure : "\(heading): \(measure)", columns) {
      isPercent && $0.isFinite ? NumberFormat.percent($0) : NumberFormat.significant($0)
    }
  }

  func marks(width: Double, height: Double, _ theme: FigureTheme) -> HTML {
    let frame = frame(width: width, height: height)
    let labels = LineChart.labels(of: lines, frame)
    return """
      \(PanelText.text(
        PanelText.fitted(heading, width, isName: true), 0, 13, .start, .text, theme, isBold: true, isName: true))
      \(PanelText.text(
        PanelText.fitted(measure, width), 0, 29, .start, .muted, theme))
      \(frame.axes(theme, bottom: height))\(bands.map { mark($0, frame, theme) })\
      \(rules.map { rule($0, frame, theme) })\(lines.map { cross($0, frame, theme) })\
      \(zip(lines, seriesNames).map { path($0, named: $1, frame, theme) })\(lines.map { triangles($0, frame, theme) })\
      \(labels.map { mark($0, frame, theme) })
      """
  }

  private func frame(width: Double, height: Double) -> Frame {
    Frame(left: left, right: width - right, top: top, floor: height - LineChart.bottom, x: x, y: y)
  }

  func readings(width: Double, height: Double) -> HTML {
    let frame = frame(width: width, height: height)
    let places =
      [frame.left, frame.right, frame.top, frame.floor].map(HTML.pixels)
      + [y.domain.lowerBound, y.domain.upperBound].map { "\($0)" }
    let kind = y.isLogarithmic ? "log" : y.style == .percent ? "percent" : "linear"
    let steps = lines.map { $0.placed(on: y).map(\.step) }.filter { !$0.isEmpty }
    return """
       data-plot="\(places.joined(separator: " "))" data-kind="\(kind)" \
      data-x="\(NumberFormat.text(x.domain.lowerBound)) \(NumberFormat.text(x.domain.upperBound))" data-panel="\(heading)" \
      data-steps="\(steps.map(StepText.of).joined(separator: ";"))"
      """
  }

  /// `name` cut to the room beside the plot.
  static func short(_ name: String) -> String { name.cutInMiddle(toWidth: longestName) }
}
