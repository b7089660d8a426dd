/// A line chart over training steps as one self-contained SVG element.
struct LineChart {
  /// A value at a step; a value that is nil or not finite leaves a gap.
  struct Point: Sendable, Equatable {
    let step: Int
    let value: Double?
  }

  /// One line.
  struct Line {
    /// The name in the legend.
    let name: String
    /// The run's place among the report's runs, which decides the color.
    let run: Int
    /// Whether it is the second line of its run.
    var isDashed = false
    /// The points, by step.
    let points: [Point]
    /// The step at which the run diverged; nil if it did not.
    var divergedAt: Int?
    /// The events of the run that are marked above the plot, by step.
    var events: [EventMark] = []

    /// The last value in words, such as "with-bn ends at 0.67".
    var ending: String {
      let last = points.last?.value.map { NumberFormat.significant($0) }
      return "\(name) ends at \(last ?? "no value")"
    }
  }

  /// The figure in words, for screen readers.
  let title: String
  /// The text above the plot.
  let heading: String
  let lines: [Line]
  /// The steps.
  let x: ChartScale
  /// The values.
  let y: ChartScale
  /// The values with a line across the plot, such as a limit.
  var rules: [Double] = []
  var width = 960.0
  var height = 330.0
  /// Whether each solid line has its name at its end.
  var hasLabels = false

  private static let (top, bottom, lineSpacing) = (30.0, 36.0, 15.0)
  private static let labelBudget = 24

  /// The width that the tick labels need, at about 6.6 pixels a character.
  private var left: Double { 14 + 6.6 * Double(y.labels.map(\.count).max() ?? 0) }
  private var right: Double {
    // Half of the last tick label may stand beyond the axis.
    guard hasLabels else { return 4 + 3.6 * Double(x.labels.last?.count ?? 0) }
    let longest = solidLines.map { shortened($0.name).width }.max() ?? 0
    return 36 + 6.8 * Double(longest)
  }
  private var plotWidth: Double { width - left - right }
  private var plotHeight: Double { height - LineChart.top - LineChart.bottom }
  private var floor: Double { height - LineChart.bottom }
  private var solidLines: [Line] { lines.filter { !$0.isDashed } }

  /// The element; `id` is unique in the page.
  func svg(id: String) -> HTML {
    """
    <svg viewBox="0 0 \(px: width) \(px: height)" role="img" aria-labelledby="\(id)" \
    xmlns="http://www.w3.org/2000/svg"><title id="\(id)">\(title)</title>
    <text class="heading" x="0" y="14">\(heading)</text>
    \(valueAxis)\(stepAxis)\(rules.map(rule))\(lines.map(mark))\(lines.map(triangles))\(lines.map(path))\(hasLabels ? labels : "")</svg>

    """
  }

  private func across(_ step: Int) -> Double { left + plotWidth * x.position(of: Double(step)) }
  private func down(_ value: Double) -> Double { floor - plotHeight * y.position(of: value) }

  private var valueAxis: HTML {
    var grid = ""
    var labels: HTML = ""
    for (tick, label) in zip(y.ticks, y.labels) {
      let place = down(tick)
      grid += "M\(HTML.pixels(left)) \(HTML.pixels(place))h\(HTML.pixels(plotWidth))"
      labels += "<text x=\"\(px: left - 8)\" y=\"\(px: place + 4)\">\(label)</text>"
    }
    return "<path class=\"grid\" d=\"\(grid)\"/><g class=\"value\">\(labels)</g>\n"
  }

  private var stepAxis: HTML {
    var ticks = "M\(HTML.pixels(left)) \(HTML.pixels(floor))h\(HTML.pixels(plotWidth))"
    var labels: HTML = ""
    for (tick, label) in zip(x.ticks, x.labels) {
      let place = left + plotWidth * x.position(of: tick)
      ticks += "M\(HTML.pixels(place)) \(HTML.pixels(floor))v5"
      labels += "<text x=\"\(px: place)\" y=\"\(px: floor + 18)\">\(label)</text>"
    }
    let name: HTML =
      "<text class=\"axis-name\" x=\"\(px: left + plotWidth)\" y=\"\(px: height - 3)\">step</text>"
    return "<path class=\"axis\" d=\"\(ticks)\"/><g class=\"step\">\(labels)</g>\(name)\n"
  }

  private func path(_ line: Line) -> HTML {
    var data = ""
    var isOpen = false
    var isAlone = false
    for point in line.points {
      guard let value = point.value, ChartScale.isDrawable(value) else {
        if isAlone { data += "h0" }
        (isOpen, isAlone) = (false, false)
        continue
      }
      data += "\(isOpen ? "L" : "M")\(HTML.pixels(across(point.step))) \(HTML.pixels(down(value)))"
      (isOpen, isAlone) = (true, !isOpen)
    }
    // A point without neighbours is a line of no length, which round caps make a dot.
    if isAlone { data += "h0" }
    guard !data.isEmpty else { return "" }
    let dash: HTML = line.isDashed ? " dashed" : ""
    return """
      <path class="line \(RunColor.className(of: line.run))\(dash)" d="\(data)">\
      <title>\(line.name)</title></path>

      """
  }

  private func rule(_ value: Double) -> HTML {
    """
    <path class="rule" d="M\(px: left) \(px: down(value))h\(px: plotWidth)"/>

    """
  }

  /// A triangle above the plot for each event; those that would cover each other are one.
  private func triangles(_ line: Line) -> HTML {
    var data = ""
    var last = -Double.infinity
    for event in line.events {
      let place = across(event.step)
      guard place - last >= 1 else { continue }
      last = place
      data += "M\(HTML.pixels(place)) \(HTML.pixels(LineChart.top))l-4 -7h8z"
    }
    guard let first = line.events.first else { return "" }
    let rest = line.events.count > 1 ? " and \(line.events.count - 1) more events" : ""
    return """
      <path class="event \(RunColor.className(of: line.run))" d="\(data)">\
      <title>\(line.name): \(first.kind) at step \(first.step.grouped)\(rest)</title></path>

      """
  }

  /// A cross on the axis and an upright where a run diverged.
  private func mark(_ line: Line) -> HTML {
    guard !line.isDashed, let step = line.divergedAt else { return "" }
    let place = HTML.pixels(across(step))
    let upright = "M\(place) \(HTML.pixels(LineChart.top))V\(HTML.pixels(floor))"
    let cross = "M\(place) \(HTML.pixels(floor))m-5 -5l10 10m0 -10l-10 10"
    let color = RunColor.className(of: line.run)
    return """
      <path class="upright \(color)" d="\(upright)"/><path class="cross \(color)" d="\(cross)">\
      <title>\(line.name): diverged at step \(step)</title></path>

      """
  }

  // MARK: - Names at the ends of lines

  private var labels: HTML {
    let ended = solidLines.compactMap { line -> (line: Line, place: Double)? in
      let last = line.points.last { ChartScale.isDrawable($0.value ?? .nan) }
      return last?.value.map { (line, down($0)) }
    }.sorted { $0.place < $1.place }
    let places = LineChart.spread(
      ended.map(\.place), spacing: LineChart.lineSpacing, within: LineChart.top...floor)
    let texts = zip(ended, places).map { item, place -> HTML in
      let edge = width - right
      return """
        <path class="line \(RunColor.className(of: item.line.run))" \
        d="M\(px: edge + 8) \(px: place)h14"/>\
        <text x="\(px: edge + 28)" y="\(px: place + 4)">\(shortened(item.line.name).text)</text>
        """
    }
    return "<g class=\"names\">\(texts)</g>\n"
  }

  /// Moves ascending `places` apart so that neighbours are `spacing` from each other, within `range` if they fit.
  static func spread(_ places: [Double], spacing: Double, within range: ClosedRange<Double>)
    -> [Double]
  {
    var result: [Double] = []
    for place in places {
      result.append(max(place, (result.last ?? -.infinity) + spacing, range.lowerBound))
    }
    var ceiling = range.upperBound
    for index in result.indices.reversed() {
      result[index] = max(min(result[index], ceiling), range.lowerBound)
      ceiling = result[index] - spacing
    }
    return result
  }

  /// `name` cut to the room beside the plot; wide characters count twice.
  private func shortened(_ name: String) -> (text: String, width: Int) {
    var (text, width) = ("", 0)
    for character in name {
      let cost = character.unicodeScalars.contains { $0.value >= 0x1100 } ? 2 : 1
      guard width + cost <= LineChart.labelBudget else { return (text + "…", width + 1) }
      text.append(character)
      width += cost
    }
    return (text, width)
  }
}
