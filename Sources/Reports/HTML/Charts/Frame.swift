/// The rectangle of a plot with its scales, in pixels from the upper left corner of the panel.
struct Frame {
  let left: Double
  let right: Double
  let top: Double
  /// The lower edge.
  let floor: Double
  let x: ChartScale
  let y: ChartScale

  /// The place of a step.
  func across(_ step: Int) -> Double { across(Double(step)) }
  /// The place of a value on the horizontal axis.
  func across(_ value: Double) -> Double { left + (right - left) * x.position(of: value) }
  /// The place of a value on the vertical axis.
  func down(_ value: Double) -> Double { floor - (floor - top) * y.position(of: value) }

  /// The axes with ticks and labels; `bottom` is the lower edge of the panel.
  func axes(_ theme: FigureTheme, bottom: Double, name: String = "training step") -> HTML {
    var grid = ""
    var labels: HTML = ""
    for tick in y.ticks {
      grid += "M\(HTML.pixels(left)) \(HTML.pixels(down(tick)))H\(HTML.pixels(right))"
    }
    let values = zip(y.ticks, y.labels).map { (text: $1, place: down($0), length: 10.0) }
    for (text, place) in PanelText.apart(values, gap: 1) {
      labels += PanelText.text(text, left - 7, place + 4, .end, .muted, theme)
    }
    return """
      <path \(theme.paint(stroke: .grid)) stroke-width=".7" d="\(grid)"/>\(labels)
      \(steps(theme, bottom: bottom, name: name))
      """
  }

  /// The horizontal axis.
  func steps(_ theme: FigureTheme, bottom: Double, name: String = "training step") -> HTML {
    var ticks = "M\(HTML.pixels(left)) \(HTML.pixels(floor))H\(HTML.pixels(right))"
    var labels: HTML = ""
    for tick in x.ticks { ticks += "M\(HTML.pixels(across(tick))) \(HTML.pixels(floor))v4" }
    let steps = zip(x.ticks, x.labels).map {
      (text: $1, place: across($0), length: PanelText.width($1))
    }
    for (text, place) in PanelText.apart(steps, gap: 6) {
      labels += PanelText.text(text, place, floor + 16, .middle, .muted, theme)
    }
    let title = PanelText.text(name, right, bottom - 3, .end, .muted, theme)
    return "<path \(theme.paint(stroke: .muted)) d=\"\(ticks)\"/>\(labels)\(title)\n"
  }
}
