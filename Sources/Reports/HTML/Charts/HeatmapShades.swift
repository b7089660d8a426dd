import Glibc

/// The shades of a heatmap, nine steps of equal ratio from a thousandth of the largest value, or from the smallest above 0.
struct HeatmapShades {
  /// The number of shades.
  static let count = 9

  /// The smallest value with a shade of its own above the first.
  private let low: Double
  /// The largest value.
  private let high: Double

  /// Shades for `values`; nil where none can be drawn.
  init?(_ values: [Double]) {
    let drawable = values.filter { $0 >= 0 && ChartScale.isDrawable($0) }
    guard let high = drawable.max() else { return nil }
    let least = drawable.filter { $0 > 0 }.min() ?? 1
    self.high = high
    low = max(least, high / 1000)
  }

  /// The shade of a value, from 0; nil for a value that cannot be drawn.
  func shade(_ value: Double) -> Int? {
    guard value >= 0, ChartScale.isDrawable(value) else { return nil }
    guard value > low, high > low else { return value > 0 && value >= high ? Self.count - 1 : 0 }
    let share = log(value / low) / log(high / low)
    return min(Self.count - 1, Int(share * Double(Self.count)))
  }

  /// The key of the shades: from which value on each is used.
  var legend: HTML {
    let entries = (0..<Self.count).map { shade -> HTML in
      let from = low * pow(high / low, Double(shade) / Double(Self.count))
      let text = shade == 0 ? "less" : NumberFormat.significant(from, 2)
      return """
        <li><svg class="swatch" viewBox="0 0 22 10" aria-hidden="true"><path class="shade\(shade)" \
        d="M0 0h22v10h-22z"/></svg>\(text)</li>
        """
    }
    return "<ul class=\"legend\">\(entries)</ul>\n"
  }

  /// The style rules: the palette YlGnBu of ColorBrewer, from light to dark on paper and from dark to light on a dark ground.
  static var rules: HTML {
    let colors = [
      "#ffffd9", "#edf8b1", "#c7e9b4", "#7fcdbb", "#41b6c4", "#1d91c0", "#225ea8", "#253494",
      "#081d58",
    ]
    func variables(_ colors: [String]) -> HTML {
      let all = colors.enumerated().map { "--shade\($0.offset):\($0.element);" as HTML }
      return ":root{\(all)}"
    }
    let classes = colors.indices.map { "path.shade\($0){fill:var(--shade\($0))}\n" as HTML }
    return """
      \(variables(colors))
      @media screen and (prefers-color-scheme:dark){\(variables(colors.reversed()))}
      \(classes)
      """
  }
}
