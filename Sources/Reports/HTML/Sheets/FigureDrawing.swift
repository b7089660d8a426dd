/// A figure alone: one SVG document with its fonts and colors inside.
struct FigureDrawing {
  let figure: Figure
  let theme: FigureTheme
  let size: FigureSize

  private static let (margin, gap) = (14.0, 18.0)
  /// The width of the notes' text at the usual size over the room for them, as they are smaller.
  private static let noteWidth = 1.2
  /// The most by which panels of rows are enlarged.
  private static let mostZoom = 1.8
  /// The least height of a panel of lines.
  private static let least = 120.0

  /// The document; the same figure gives the same bytes.
  var svg: String {
    let columns = columns
    let body = width - 2 * FigureDrawing.margin
    let panelWidth = (body - Double(columns - 1) * FigureDrawing.gap) / Double(columns)
    let titles = PanelText.lines(figure.title, width: body * 0.86)
    var top = FigureDrawing.margin
    var parts: [HTML] = titles.map { line in
      top += 17
      return PanelText.text(
        line, FigureDrawing.margin, top - 3, .start, .text, theme, isBold: true, size: 14)
    }
    top += 4
    for row in legendRows(within: body) {
      parts.append(legend(row, at: top))
      top += PanelText.lineHeight + 2
    }
    top += 6
    let notes = (figure.footnotes + figure.markNotes).flatMap {
      PanelText.lines($0, width: body * FigureDrawing.noteWidth)
    }
    let noteHeight = 13 * Double(notes.count) + FigureDrawing.margin
    let rows = stride(from: 0, to: figure.panels.count, by: columns).map {
      figure.panels[$0..<min($0 + columns, figure.panels.count)]
    }
    let room = height.map { height in
      (height - top - noteHeight - FigureDrawing.gap * Double(rows.count - 1)) / Double(rows.count)
    }
    for row in rows {
      let natural = row.map { $0.height(atWidth: panelWidth) }.max() ?? 0
      // Panels of lines take the room that there is; those of rows keep theirs and are drawn smaller or larger.
      let isFlexible = row.allSatisfy { $0 is LineChart }
      let high = isFlexible ? max(FigureDrawing.least, room ?? natural) : natural
      let scale = isFlexible ? 1 : min(FigureDrawing.mostZoom, room.map { $0 / high } ?? 1)
      let zoom: HTML = scale == 1 ? "" : " scale(\(px: scale))"
      for (place, panel) in row.enumerated() {
        let x = FigureDrawing.margin + Double(place) * (panelWidth + FigureDrawing.gap)
        let drawn = panel.marks(width: panelWidth / scale, height: high, theme)
        parts.append("<g transform=\"translate(\(px: x) \(px: top))\(zoom)\">\n\(drawn)</g>\n")
      }
      top += scale * high + FigureDrawing.gap
    }
    var bottom = height.map { $0 - noteHeight + 4 } ?? top
    for line in notes {
      bottom += 13
      parts.append(
        PanelText.text(
          line, FigureDrawing.margin, bottom - 6, .start, .muted, theme, isName: true, size: 10.5))
    }
    return document(parts, height: height ?? bottom + FigureDrawing.margin)
  }

  private func document(_ parts: [HTML], height: Double) -> String {
    let (printed, unit): (Double, HTML) = size == .column ? (85, "mm") : (1280, "")
    let markup: HTML = """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(px: width) \(px: height)" \
      width="\(px: printed)\(unit)" height="\(px: printed * height / width)\(unit)" role="img" \
      aria-labelledby="title" \(PanelText.font)><title id="title">\(figure.title)</title>
      <path \(theme.paint(fill: .paper)) d="M0 0H\(px: width)V\(px: height)H0z"/>
      \(parts)</svg>

      """
    return markup.markup
  }

  private var width: Double { size == .column ? 400 : 960 }
  private var height: Double? { size == .column ? nil : 540 }

  /// The number of panels side by side: on a slide as many as make them high enough.
  var columns: Int {
    guard size == .slide else { return 1 }
    let count = figure.panels.count
    if let columns = figure.columns, columns <= 4 { return columns }
    return (1...3).first { columns in
      let rows = (count + columns - 1) / columns
      return rows <= 2 && count <= columns * 2 && (columns > 1 || count == 1)
    } ?? 4
  }

  private func legendRows(within width: Double) -> [[LegendEntry]] {
    var rows: [[LegendEntry]] = []
    var used = Double.infinity
    for entry in figure.legend {
      let needed = FigureDrawing.width(of: entry)
      if used + needed > width {
        rows.append([])
        used = 0
      }
      rows[rows.count - 1].append(entry)
      used += needed
    }
    return rows
  }

  private static func width(of entry: LegendEntry) -> Double {
    58 + PanelText.width(entry.name.cutInMiddle(toWidth: 40))
  }

  private func legend(_ row: [LegendEntry], at top: Double) -> HTML {
    var x = FigureDrawing.margin
    return row.reduce(into: "" as HTML) { result, entry in
      result += """
        <path \(theme.paint(stroke: .run(entry.look)))\(RunLook.stroke(entry.look, width: 2)) \
        d="M\(px: x) \(px: top + 7)h30"/>\
        \(PanelText.text(
          entry.name.cutInMiddle(toWidth: 40), x + 36, top + 11, .start, .text, theme, isName: true))

        """
      x += FigureDrawing.width(of: entry)
    }
  }
}
