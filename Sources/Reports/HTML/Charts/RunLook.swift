/// The look of a run in figures: a color, and a pattern of dashes by which readers without colors recognize it.
enum RunLook {
  /// The patterns, in the order in which runs get them.
  private static let dashes = [
    [], [7, 3], [2, 3], [9, 3, 2, 3], [4, 2], [14, 4], [9, 3, 2, 3, 2, 3], [1, 4], [16, 3, 5, 3],
    [5, 5],
  ]

  /// The lengths of the dashes and gaps of the line of the run at `index`, in pixels; none where it is solid.
  static func dashes(_ index: Int) -> [Int] { dashes[index % dashes.count] }

  /// The width of a line, in pixels.
  static func width(isSecond: Bool) -> Double { isSecond ? 0.9 : 1.7 }

  /// The attributes of the stroke of the line of the run at `index`.
  static func stroke(_ index: Int, width: Double = 1.7) -> HTML {
    let dash = dashes(index).map { "\($0)" }.joined(separator: " ")
    let pattern: HTML = dash.isEmpty ? "" : " stroke-dasharray=\"\(dash)\""
    return
      " stroke-width=\"\(px: width)\"\(pattern) stroke-linejoin=\"round\" stroke-linecap=\"\(dash.isEmpty ? "round" : "butt")\""
  }

  /// A sample of the line of the run at `index`, as an element of a page.
  static func swatch(_ index: Int, _ theme: FigureTheme = .light) -> HTML {
    """
    <svg class="swatch" viewBox="0 0 34 10" aria-hidden="true"><path \
    \(theme.paint(stroke: .run(index)))\(stroke(index, width: 2.2)) d="M1 5h32"/></svg>
    """
  }
}
