/// A color of figures by its purpose.
///
/// An element has its color as an attribute, so that it keeps it wherever it is copied to, and a class, by which a page
/// on a dark ground replaces it.
enum Ink: Hashable {
  /// The ground.
  case paper
  /// Names and headings.
  case text
  /// Axes and their labels.
  case muted
  /// Lines behind the data.
  case grid
  /// What belongs to the run at this place among a figure's runs.
  case run(Int)
  /// A shade of a heatmap, from the smallest values to the largest.
  case shade(Int)

  /// The number of colors of runs.
  static let runCount = 8
  /// The number of shades.
  static let shadeCount = 9

  /// Every color.
  static let all: [Ink] =
    [.paper, .text, .muted, .grid] + (0..<runCount).map(Ink.run) + (0..<shadeCount).map(Ink.shade)

  /// The palette of Okabe and Ito, "Color universal design", which color-blind readers can distinguish, without its
  /// yellow, which is faint on paper, on a light and on a dark ground; then a red and a grey.
  private static let runs: [(light: String, dark: String)] = [
    ("#0072b2", "#56b4e9"), ("#d55e00", "#e69f00"), ("#009e73", "#2bc79a"),
    ("#b8578f", "#e39cc4"), ("#8f6a00", "#f0e442"), ("#2f7fb8", "#8fc9f0"),
    ("#9c1f2e", "#ff8d85"), ("#59626b", "#b4bcc4"),
  ]

  /// The palette YlGnBu of ColorBrewer, from light to dark on paper and from dark to light on a dark ground.
  private static let shades = [
    "#ffffd9", "#edf8b1", "#c7e9b4", "#7fcdbb", "#41b6c4", "#1d91c0", "#225ea8", "#253494",
    "#081d58",
  ]

  /// The name in classes.
  var name: String {
    switch self {
    case .paper: "paper"
    case .text: "text"
    case .muted: "muted"
    case .grid: "grid"
    case .run(let index): "run\(index % Ink.runCount)"
    case .shade(let index): "shade\(index)"
    }
  }

  /// The color as #rrggbb.
  func color(_ theme: FigureTheme) -> String {
    let isDark = theme == .dark
    switch self {
    case .paper: return isDark ? "#15181b" : "#ffffff"
    case .text: return isDark ? "#e4e7ea" : "#1d2125"
    case .muted: return isDark ? "#a3adb6" : "#59626b"
    case .grid: return isDark ? "#363c42" : "#d5dade"
    case .run(let index):
      let color = Ink.runs[index % Ink.runCount]
      return isDark ? color.dark : color.light
    case .shade(let index):
      return Ink.shades[isDark ? Ink.shadeCount - 1 - index : index]
    }
  }

  /// The rules of a page on a dark ground, for the elements of figures with light colors.
  static var darkRules: HTML {
    let rules = all.map { ink -> HTML in
      let color = ink.color(.dark)
      return ".s-\(ink.name){stroke:\(color)}.f-\(ink.name){fill:\(color)}\n"
    }
    return "@media screen and (prefers-color-scheme:dark){\n\(rules)}"
  }
}

extension FigureTheme {
  /// The attributes of an element's colors and classes; without a fill it is an outline.
  func paint(stroke: Ink? = nil, fill: Ink? = nil, as name: String = "") -> HTML {
    let classes = [name, stroke.map { "s-\($0.name)" } ?? "", fill.map { "f-\($0.name)" } ?? ""]
      .filter { !$0.isEmpty }.joined(separator: " ")
    let line: HTML = stroke.map { " stroke=\"\($0.color(self))\"" } ?? ""
    return "class=\"\(classes)\"\(line) fill=\"\(fill?.color(self) ?? "none")\""
  }
}
