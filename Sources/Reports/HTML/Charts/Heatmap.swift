/// A map of values by layer and step, darker where they are larger.
struct Heatmap: Panel {
  /// A row of cells.
  struct Row {
    /// The name beside the row.
    let label: String
    /// Whether a gap separates it from the row above.
    let startsGroup: Bool
    /// The value at each of the map's steps; nil where there is none.
    let values: [Double?]
  }

  /// The map in words, for screen readers.
  let title: String
  /// The bold text above the map.
  let heading: String
  /// The quantity and its unit.
  let measure: String
  /// The step of each column.
  let steps: [Int]
  /// The rows, from the top.
  let rows: [Row]
  /// The shades of values, of all maps of a figure.
  let shades: HeatmapShades

  private static let (top, bottom) = (72.0, 36.0)
  private static let groupGap = 5.0

  /// The height of a row: few rows are higher.
  private var rowHeight: Double { rows.count <= 8 ? 22 : 13 }
  private var lastValues: [String] {
    rows.map { row in (row.values.last ?? nil).map { PanelText.number($0) } ?? "" }
  }
  /// The upper edge of each row.
  private var places: [Double] {
    var place = Heatmap.top
    return rows.enumerated().map { index, row in
      if row.startsGroup && index > 0 { place += Heatmap.groupGap }
      defer { place += rowHeight }
      return place
    }
  }
  private var floor: Double { (places.last ?? Heatmap.top) + rowHeight }

  func height(atWidth width: Double) -> Double { floor + Heatmap.bottom }

  var table: PanelTable? {
    PanelTable(
      "\(heading): \(measure)",
      rows.map { row in
        (
          row.label,
          zip(steps, row.values).map { LineChart.Point(step: $0, value: $1) }
        )
      })
  }

  /// The columns of a map of a width.
  private struct Columns {
    /// The left edge of the cells, right of the names.
    let left: Double
    /// The width of a cell.
    let cell: Double
    /// The width of the column of last values.
    let right: Double
  }

  private func columns(_ width: Double, _ lastValues: [String]) -> Columns {
    let left = 10 + (rows.map { PanelText.width($0.label) }.max() ?? 0)
    let right = 4 + (lastValues.map(PanelText.width).max() ?? 0)
    return Columns(
      left: left, cell: (width - left - right) / Double(max(1, steps.count)), right: right)
  }

  func readings(width: Double, height: Double) -> HTML {
    let columns = columns(width, lastValues)
    let from = (1..<Ink.shadeCount).map(shades.start).joined(separator: " ")
    return """
       data-map="\(px: columns.left) \(px: columns.cell)" data-from="\(from)" data-steps="\(StepText.of(steps))"
      """
  }

  func marks(width: Double, height: Double, _ theme: FigureTheme) -> HTML {
    // Once: measuring the names again for each cell took a third of a page of 60 layers.
    let (lastValues, places) = (lastValues, places)
    let columns = columns(width, lastValues)
    let drawn = rows.indices.map { index -> HTML in
      let place = places[index]
      let middle = place + rowHeight / 2 + 4
      return """
        <g class="row">\
        \(PanelText.text(rows[index].label, columns.left - 6, middle, .end, .muted, theme, isName: true))\
        \(cells(of: rows[index], at: place, columns, theme))\
        \(PanelText.text(lastValues[index], width, middle, .end, .muted, theme))</g>

        """
    }
    return """
      \(PanelText.text(
        PanelText.fitted(heading, width, isName: true), 0, 13, .start, .text, theme, isBold: true, isName: true))
      \(PanelText.text(
        PanelText.fitted(measure, width), 0, 29, .start, .muted, theme))
      \(key(width, theme))\(drawn)\(stepAxis(width, columns, theme))
      """
  }

  private func cells(of row: Row, at place: Double, _ columns: Columns, _ theme: FigureTheme)
    -> HTML
  {
    var paths = [String](repeating: "", count: Ink.shadeCount)
    var start = 0
    while start < row.values.count {
      let shade = row.values[start].flatMap(shades.shade)
      var end = start + 1
      while end < row.values.count, row.values[end].flatMap(shades.shade) == shade { end += 1 }
      if let shade {
        let x = HTML.pixels(columns.left + Double(start) * columns.cell)
        let width = HTML.pixels(Double(end - start) * columns.cell)
        paths[shade] +=
          "M\(x) \(HTML.pixels(place))h\(width)v\(HTML.pixels(rowHeight - 1))h-\(width)z"
      }
      start = end
    }
    return paths.enumerated().filter { !$1.isEmpty }.reduce(into: "" as HTML) { result, item in
      result += "<path \(theme.paint(fill: .shade(item.offset))) d=\"\(item.element)\"/>"
    }
  }

  /// The shades with the values from which on they are used.
  private func key(_ width: Double, _ theme: FigureTheme) -> HTML {
    let cell = min(44, width / Double(Ink.shadeCount))
    let items = (0..<Ink.shadeCount).map { shade -> HTML in
      let place = Double(shade) * cell
      return """
        <path \(theme.paint(fill: .shade(shade))) d="M\(px: place) 35h\(px: cell - 2)v8h-\(px: cell - 2)z"/>\
        \(PanelText.text(shades.start(of: shade), place, 54, .start, .muted, theme, size: 10))
        """
    }
    return "\(items)\n"
  }

  private func stepAxis(_ width: Double, _ columns: Columns, _ theme: FigureTheme) -> HTML {
    let floor = floor
    let labels = tickColumns.map { column in
      let text = steps[column].grouped
      return (
        text: text, place: columns.left + (Double(column) + 0.5) * columns.cell,
        length: PanelText.width(text)
      )
    }
    let ticks = PanelText.apart(labels, gap: 6).map { text, place in
      PanelText.text(text, place, floor + 14, .middle, .muted, theme)
    }
    return """
      \(ticks)\(PanelText.text("training step", width - columns.right, floor + 30, .end, .muted, theme))\
      \(PanelText.text("last", width, Heatmap.top - 4, .end, .muted, theme))
      """
  }

  /// The columns with a label: those nearest to round numbers of steps where columns are about equally far apart, else
  /// evenly chosen ones.
  var tickColumns: [Int] {
    let even = Sampling.places(among: steps.count, limit: min(steps.count, 5))
    guard let first = steps.first, let last = steps.last, steps.count > 5 else { return even }
    let distances = zip(steps.dropFirst(), steps).map { $0 - $1 }
    guard let least = distances.min(), let most = distances.max(), most <= 2 * least else {
      return even
    }
    let scale = ChartScale.linear(
      from: Double(first), to: Double(last), count: 4, style: .step, isRounded: false)
    return scale.ticks.compactMap { tick in
      steps.indices.min { abs(Double(steps[$0]) - tick) < abs(Double(steps[$1]) - tick) }
    }
  }
}
