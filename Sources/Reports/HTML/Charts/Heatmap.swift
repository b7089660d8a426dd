import Glibc

/// A map of values by layer and step, darker where they are larger, as one self-contained SVG element.
struct Heatmap {
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
  /// The text above the map.
  let heading: String
  /// The step of each column.
  let steps: [Int]
  /// The rows, from the top.
  let rows: [Row]
  /// The shades of values.
  let shades: HeatmapShades

  private static let (width, top, bottom) = (960.0, 24.0, 40.0)
  private static let (rowHeight, groupGap) = (11.0, 5.0)

  private var left: Double { 12 + 6 * Double(rows.map(\.label.displayWidth).max() ?? 0) }
  private var cellWidth: Double { (Heatmap.width - left - 4) / Double(max(1, steps.count)) }
  /// The upper edge of each row.
  private var places: [Double] {
    var place = Heatmap.top
    return rows.enumerated().map { index, row in
      if row.startsGroup && index > 0 { place += Heatmap.groupGap }
      defer { place += Heatmap.rowHeight }
      return place
    }
  }

  /// The element; `id` is unique in the page.
  func svg(id: String) -> HTML {
    let floor = (places.last ?? Heatmap.top) + Heatmap.rowHeight
    let drawn = zip(rows, places).map { row, place in mark(row, at: place) }
    return """
      <svg viewBox="0 0 \(px: Heatmap.width) \(px: floor + Heatmap.bottom)" role="img" aria-labelledby="\(id)" \
      xmlns="http://www.w3.org/2000/svg"><title id="\(id)">\(title)</title>
      <text class="heading" x="0" y="14">\(heading)</text>
      <g class="layers">\(drawn)</g>
      \(stepAxis(floor))</svg>

      """
  }

  private func mark(_ row: Row, at place: Double) -> HTML {
    var paths = [String](repeating: "", count: HeatmapShades.count)
    var start = 0
    while start < row.values.count {
      let shade = row.values[start].flatMap(shades.shade)
      var end = start + 1
      while end < row.values.count, row.values[end].flatMap(shades.shade) == shade { end += 1 }
      if let shade {
        let x = HTML.pixels(left + Double(start) * cellWidth)
        let width = HTML.pixels(Double(end - start) * cellWidth)
        paths[shade] += "M\(x) \(HTML.pixels(place))h\(width)v10h-\(width)z"
      }
      start = end
    }
    let cells = paths.enumerated().filter { !$1.isEmpty }.map { shade, path in
      "<path class=\"shade\(shade)\" d=\"\(path)\"/>" as HTML
    }
    let last = row.values.last.flatMap { $0 }.map { NumberFormat.significant($0, 3) } ?? "no value"
    return """
      <g><title>\(row.label): \(last) at the end</title>\
      <text x="\(px: left - 6)" y="\(px: place + 9)">\(row.label)</text>\(cells)</g>

      """
  }

  private func stepAxis(_ floor: Double) -> HTML {
    let count = min(steps.count, 6)
    let ticks = Sampling.places(among: steps.count, limit: count).map { column -> HTML in
      let place = left + (Double(column) + 0.5) * cellWidth
      return "<text x=\"\(px: place)\" y=\"\(px: floor + 16)\">\(steps[column].grouped)</text>"
    }
    return """
      <g class="step">\(ticks)</g>\
      <text class="axis-name" x="\(px: Heatmap.width - 4)" y="\(px: floor + 34)">step</text>
      """
  }
}
