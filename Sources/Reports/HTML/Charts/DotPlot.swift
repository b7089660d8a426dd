import Statistics

/// A chart with a row for each group, in which each of its figures is a dot and their median a bar.
struct DotPlot: Drawing {
  /// A group of figures, such as those of the seeds of one arm.
  struct Group {
    /// The name at the left of its row.
    let name: String
    /// The figures; those that cannot be drawn leave no dot.
    let values: [Double]
  }

  let title: String
  /// The title of the axis: the quantity and its unit.
  let measure: String
  let groups: [Group]
  /// The figures.
  let x: ChartScale

  /// Plots `groups` on an axis that suits their figures, or from 0 to 1 where they are shares.
  init(measure: String, isShare: Bool, _ groups: [Group]) {
    title = "\(measure), a dot for each run"
    self.measure = measure
    self.groups = groups
    let axis: AxisChoice = isShare ? .between(0, 1) : .ratio
    x = axis.scale(groups.map { $0.values.filter(ChartScale.isDrawable) }, and: [])
  }

  private static let rowHeight = 24.0
  private static let top = 8.0
  private static let bottom = 36.0
  /// The largest part of the width that names take.
  private static let widestNames = 0.62

  func height(atWidth width: Double) -> Double {
    DotPlot.top + DotPlot.rowHeight * Double(groups.count) + DotPlot.bottom
  }

  func marks(width: Double, height: Double, _ theme: FigureTheme) -> HTML {
    let longest = Int(width * DotPlot.widestNames / PanelText.width("n"))
    let names = groups.map { $0.name.cutInMiddle(toWidth: longest) }
    let left = 12 + (names.map(PanelText.width).max() ?? 0)
    let right = width - max(8, PanelText.width(x.labels.last ?? "") / 2)
    let frame = Frame(
      left: left, right: right, top: DotPlot.top, floor: height - DotPlot.bottom, x: x, y: x)
    let rowHeight = (frame.floor - frame.top) / Double(max(1, groups.count))
    let rows = groups.indices.map { index -> HTML in
      let middle = frame.top + rowHeight * (Double(index) + 0.5)
      let drawn = groups[index].values.filter { x.canPlace($0) }
      let dots = drawn.map {
        "<circle cx=\"\(px: frame.across($0))\" cy=\"\(px: middle)\" r=\"3.2\" fill-opacity=\".65\" \(theme.paint(fill: .run(0)))/>"
          as HTML
      }
      let median: HTML =
        drawn.isEmpty
        ? ""
        : "<path \(theme.paint(stroke: .text)) stroke-width=\"1.5\" d=\"M\(px: frame.across(Figures(drawn).median)) \(px: middle - 8)v16\"/>"
      return """
        \(PanelText.text(names[index], left - 8, middle + 4, .end, .text, theme, isName: true))\
        <path \(theme.paint(stroke: .grid)) stroke-width=".7" d="M\(px: left) \(px: middle)H\(px: right)"/>\
        \(dots)\(median)
        """
    }
    return """
      \(rows)\(frame.steps(theme, bottom: height, name: PanelText.fitted(measure, width - left)))
      """
  }

  var table: PanelTable? {
    PanelTable(
      measure, corner: "arm", columns: ["median", "each run"],
      rows: groups.map { group in
        (
          group.name,
          [
            NumberFormat.significant(Figures(group.values).median),
            group.values.map { NumberFormat.significant($0) }.joined(separator: ", "),
          ]
        )
      })
  }
}
