import Glibc

/// The shades of a heatmap, nine steps of equal ratio from a thousandth of the largest value, or from the smallest above 0.
struct HeatmapShades {
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
    guard value > low, high > low else {
      return value > 0 && value >= high ? Ink.shadeCount - 1 : 0
    }
    let share = log(value / low) / log(high / low)
    return min(Ink.shadeCount - 1, Int(share * Double(Ink.shadeCount)))
  }

  /// The value from which on a shade is used; of the first, which all smaller ones have too, the smallest with a place of its own.
  func threshold(of shade: Int) -> Double {
    low * pow(high / low, Double(shade) / Double(Ink.shadeCount))
  }

  /// From which value on a shade is used, as text.
  func start(of shade: Int) -> String {
    shade == 0 ? "less" : PanelText.number(threshold(of: shade))
  }
}
