extension LineChart {
  /// The path data of points, and those of the points without a neighbor, of which a line shows nothing.
  static func data(_ points: [Point], _ frame: Frame) -> (line: String, dots: String) {
    var pen = Pen()
    for point in points {
      guard let value = point.value, frame.y.canPlace(value) else {
        pen.lift()
        continue
      }
      pen.draw(frame.across(point.step), frame.down(value))
    }
    pen.lift()
    return (pen.data, pen.dots)
  }

  func path(_ line: Line, named name: String, _ frame: Frame, _ theme: FigureTheme) -> HTML {
    let (data, dots) = LineChart.data(line.points, frame)
    guard !data.isEmpty else { return "" }
    let second: HTML = line.isSecond ? " stroke-opacity=\".7\"" : ""
    // A line of no length is a dot by its round ends, and solid whatever the pattern of dashes.
    let lone: HTML =
      dots.isEmpty
      ? ""
      : """
      <path \(theme.paint(stroke: .run(line.run), as: "dot")) stroke-width="4" stroke-linecap="round" d="\(dots)"/>

      """
    return """
      <path \(theme.paint(stroke: .run(line.run), as: "line"))\
      \(RunLook.stroke(line.run, width: RunLook.width(isSecond: line.isSecond)))\(second) d="\(data)">\
      <title>\(name)</title></path>
      \(lone)
      """
  }

  func mark(_ band: Band, _ frame: Frame, _ theme: FigureTheme) -> HTML {
    var data = ""
    var open: [(step: Int, low: Double, high: Double)] = []
    func close() {
      guard !open.isEmpty else { return }
      var pen = Pen()
      for point in open { pen.draw(frame.across(point.step), frame.down(point.high)) }
      for point in open.reversed() { pen.draw(frame.across(point.step), frame.down(point.low)) }
      data += pen.data + "z"
      open = []
    }
    for point in band.points {
      // A low end below the axis is at its edge.
      let low = max(point.low, frame.y.domain.lowerBound)
      if frame.y.canPlace(low) && frame.y.canPlace(point.high) && point.low.isFinite {
        open.append((point.step, low, point.high))
      } else {
        close()
      }
    }
    close()
    guard !data.isEmpty else { return "" }
    return """
      <path \(theme.paint(fill: .run(band.run), as: "band")) fill-opacity=".2" d="\(data)">\
      <title>\(band.name)</title></path>

      """
  }

  func rule(_ value: Double, _ frame: Frame, _ theme: FigureTheme) -> HTML {
    """
    <path \(theme.paint(stroke: .text, as: "rule")) stroke-width=".9" \
    d="M\(px: frame.left) \(px: frame.down(value))H\(px: frame.right)"/>

    """
  }

  /// A cross on the axis and an upright where a run diverged.
  func cross(_ line: Line, _ frame: Frame, _ theme: FigureTheme) -> HTML {
    guard !line.isSecond, let step = line.divergedAt else { return "" }
    let place = HTML.pixels(frame.across(step))
    let floor = HTML.pixels(frame.floor)
    let paint = theme.paint(stroke: .run(line.run), as: "cross")
    return """
      <path \(paint) stroke-width=".8" stroke-dasharray="2 4" d="M\(place) \(px: frame.top)V\(floor)"/>\
      <path \(paint) stroke-width="2" d="M\(place) \(floor)m-5 -5l10 10m0 -10l-10 10">\
      <title>\(line.name): diverged at step \(step)</title></path>

      """
  }

  /// A triangle above the plot for each event; those that would cover each other are one.
  func triangles(_ line: Line, _ frame: Frame, _ theme: FigureTheme) -> HTML {
    guard let first = line.events.first else { return "" }
    var data = ""
    var last = -Double.infinity
    for event in line.events {
      let place = frame.across(event.step)
      guard place - last >= 1 else { continue }
      last = place
      data += "M\(HTML.pixels(place)) \(HTML.pixels(frame.top))l-4 -7h8z"
    }
    let rest = line.events.count > 1 ? " and \(line.events.count - 1) more events" : ""
    return """
      <path \(theme.paint(stroke: .run(line.run), fill: .paper, as: "event")) d="\(data)">\
      <title>\(line.name): \(first.kind) at step \(first.step.grouped)\(rest)</title></path>

      """
  }

  // MARK: - Names at the ends of lines

  /// A name beside the end of a line.
  struct Label: Equatable {
    let text: String
    let run: Int
    let isSecond: Bool
    /// The vertical place.
    let y: Double
  }

  /// The names of lines beside their ends, moved apart by the usual distance or, where there is no room, down to the least;
  /// those of second lines only where all have room.
  static func labels(
    of lines: [Line], _ frame: Frame, spacing: (usual: Double, least: Double) = labelSpacing
  ) -> [Label] {
    func ends(_ lines: [Line]) -> [(line: Line, place: Double)] {
      lines.compactMap { line in
        let last = line.points.last { $0.value.map(frame.y.canPlace) ?? false }
        return last?.value.map { (line, frame.down($0)) }
      }.sorted { $0.place < $1.place }
    }
    let range = frame.top + 4...max(frame.top + 4, frame.floor - 2)
    let room = range.upperBound - range.lowerBound
    let most = Int(room / spacing.least) + 1
    var ended = ends(lines)
    if ended.count > most { ended = ends(lines.filter { !$0.isSecond }) }
    ended = Array(ended.prefix(most))
    let distance = min(spacing.usual, ended.count > 1 ? room / Double(ended.count - 1) : room)
    let places = spread(ended.map(\.place), spacing: distance, within: range)
    return zip(ended, places).map { item, place in
      Label(
        text: short(item.line.name), run: item.line.run, isSecond: item.line.isSecond, y: place)
    }
  }

  func mark(_ label: Label, _ frame: Frame, _ theme: FigureTheme) -> HTML {
    """
    <path \(theme.paint(stroke: .run(label.run)))\(RunLook.stroke(label.run, width: RunLook.width(isSecond: label.isSecond))) \
    d="M\(px: frame.right + 5) \(px: label.y)h15"/>\
    \(PanelText.text(
      label.text, frame.right + 23, label.y + 4, .start, label.isSecond ? .muted : .text, theme,
      isName: true))

    """
  }

  /// Moves ascending `places` apart so that neighbors are `spacing` from each other, within `range` if they fit.
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
}
