/// The colors of runs: the palette of Okabe and Ito, "Color universal design", which color-blind readers can distinguish,
/// without its yellow, which is faint on paper.
enum RunColor {
  /// The colors on a light and on a dark ground, in the order in which runs get them.
  private static let colors: [(light: String, dark: String)] = [
    ("#0072b2", "#56b4e9"), ("#d55e00", "#e69f00"), ("#009e73", "#009e73"),
    ("#cc79a7", "#cc79a7"), ("#e69f00", "#d55e00"), ("#56b4e9", "#0072b2"),
  ]

  /// The class of the lines, names and swatches of the run at `index`; runs after the sixth have dotted lines.
  static func className(of index: Int) -> String {
    "run\(index % colors.count)\(index < colors.count ? "" : " dotted")"
  }

  /// The style rules for the classes.
  static var rules: HTML {
    func variables(_ color: ((light: String, dark: String)) -> String) -> HTML {
      let all = colors.enumerated().map { "--run\($0.offset):\(color($0.element));" as HTML }
      return ":root{\(all)}"
    }
    let classes = colors.indices.map {
      ".run\($0){stroke:var(--run\($0))}\n" as HTML
    }
    return """
      \(variables(\.light))
      @media screen and (prefers-color-scheme:dark){\(variables(\.dark))}
      \(classes)
      """
  }
}
