/// The distributions of a tensor at several steps, one above the other, from the first to the last.
struct Ridgeline: Panel {
  /// The distribution at a step.
  struct Ridge {
    let step: Int
    /// The share of the values in each bin.
    let shares: [Double]
    /// The share of the values beyond the bins.
    let beyond: Double
  }

  /// The panel in words, for screen readers.
  let title: String
  /// The bold text above the ridges.
  let heading: String
  /// The title of the horizontal axis: the quantity and its unit.
  let measure: String
  /// The place of the run among the figure's runs.
  let run: Int
  let ridges: [Ridge]
  /// The values from the lower edge of the first bin to the upper edge of the last.
  let x: ChartScale
  /// The largest share of a bin, of all panels that are to be compared.
  let largest: Double

  private static let (top, bottom) = (52.0, 36.0)
  /// The distance of two rows in pixels, and the height of the highest hill in rows.
  static let (spacing, reach) = (17.0, 2.0)
  private var left: Double { 12 + (ridges.map { PanelText.width($0.step.grouped) }.max() ?? 0) }

  func height(atWidth width: Double) -> Double {
    Ridgeline.top + Ridgeline.spacing * Double(max(1, ridges.count)) + Ridgeline.bottom
  }

  var table: PanelTable? {
    let levels = [0.1, 0.5, 0.9]
    return PanelTable(
      "\(heading): \(measure), to the width of a bin", corner: "step",
      columns: levels.map { "\(NumberFormat.significant(100 * $0)) % are below" }
        + ["beyond the bins"],
      rows: ridges.map { ridge in
        (
          ridge.step.grouped,
          levels.map { NumberFormat.significant(value(at: $0, of: ridge), 3) }
            + [NumberFormat.percent(ridge.beyond)]
        )
      })
  }

  /// The upper edge of the bin that reaches the share `level` of the values within the bins.
  private func value(at level: Double, of ridge: Ridge) -> Double {
    let total = ridge.shares.reduce(0, +)
    var sum = 0.0
    let bin = ridge.shares.firstIndex { share in
      sum += share
      return sum >= level * total
    }
    let width = x.domain.upperBound - x.domain.lowerBound
    return x.domain.lowerBound + width * Double((bin ?? 0) + 1) / Double(max(1, ridge.shares.count))
  }

  func marks(width: Double, height: Double, _ theme: FigureTheme) -> HTML {
    let floor = height - Ridgeline.bottom
    let frame = Frame(
      left: left, right: width - 10, top: Ridgeline.top, floor: floor, x: x,
      y: .linear(from: 0, to: 1))
    let drawn = ridges.indices.map { index -> HTML in
      let base = Ridgeline.top + Ridgeline.spacing * Double(index + 1)
      let step = ridges[index].step.grouped
      return """
        <path \(theme.paint(stroke: .run(run), fill: .run(run), as: "ridge")) fill-opacity=".3" \
        stroke-width=".9" d="\(outline(of: ridges[index], base, frame))"><title>step \(step)</title></path>\
        \(PanelText.text(step, left - 7, base, .end, .muted, theme))\(beyond(ridges[index], base, frame, theme))

        """
    }
    return """
      \(PanelText.text(
        PanelText.fitted(heading, width, isName: true), 0, 13, .start, .text, theme, isBold: true, isName: true))
      \(PanelText.text("rows: training step", 0, 29, .start, .muted, theme))
      \(drawn)\(frame.steps(theme, bottom: height, name: measure))
      """
  }

  /// The share beyond the bins, where that is more than a hundredth.
  private func beyond(_ ridge: Ridge, _ base: Double, _ frame: Frame, _ theme: FigureTheme) -> HTML
  {
    guard ridge.beyond > 0.01 else { return "" }
    let share = NumberFormat.fixed(100 * ridge.beyond, 0)
    return PanelText.text(
      "\(share) % beyond", frame.right, base - 3, .end, .text, theme, size: 10)
  }

  private func outline(of ridge: Ridge, _ base: Double, _ frame: Frame) -> String {
    let scale = largest > 0 ? Ridgeline.reach * Ridgeline.spacing / largest : 0
    let bin = (frame.right - frame.left) / Double(max(1, ridge.shares.count))
    var pen = Pen()
    pen.draw(frame.left, base)
    for (index, share) in ridge.shares.enumerated() {
      pen.draw(frame.left + (Double(index) + 0.5) * bin, base - scale * share)
    }
    pen.draw(frame.right, base)
    return pen.data + "z"
  }
}
