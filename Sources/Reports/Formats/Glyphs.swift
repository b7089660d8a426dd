/// The characters that small drawings in text are made of.
package enum Glyphs: Sendable {
  /// Unicode's block elements, for a terminal of UTF-8.
  case blocks
  /// ASCII, for every other terminal.
  case ascii

  /// The heights of a sparkline, the lowest first.
  var heights: [Character] { Array(self == .blocks ? "▁▂▃▄▅▆▇█" : ".:-=+*#@") }

  /// The shades of a heatmap, the lightest first.
  var shades: [Character] { Array(self == .blocks ? " ░▒▓█" : " .:*#") }

  /// The mark of a number that is not finite: `x` for NaN, `^` and `v` for the infinities.
  static func mark(ofNonFinite value: Double) -> Character {
    value.isNaN ? "x" : value > 0 ? "^" : "v"
  }
}
