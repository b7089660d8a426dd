package import RunModel

/// A line without axes, as high as a line of text, for a row of a table.
package enum SmallLine {
  private static let (width, height, margin) = (96.0, 22.0, 2.0)

  /// The training loss of a run.
  ///
  /// - Throws: `StoreError`.
  package static func loss(of run: Run, in database: any RunReading) throws -> HTML {
    let series = try LossSeries(of: run, atMost: 48, mostSteps: 4, database)
    let values = series.points.map { $0.value ?? .nan }
    let ends = [values.first, values.last].compactMap { $0.map { NumberFormat.significant($0, 2) } }
    return svg(values, title: "training loss: \(ends.joined(separator: " to "))")
  }

  /// The line through `values`, evenly spaced, from the smallest to the largest; `title` is for screen readers.
  package static func svg(_ values: [Double], title: String) -> HTML {
    let drawn = values.filter(ChartScale.isDrawable)
    guard let low = drawn.min(), let high = drawn.max() else { return "" }
    let y = ChartScale.linear(from: low, to: high, isRounded: false)
    let step = (width - 2 * margin) / Double(max(1, values.count - 1))
    var pen = Pen()
    for (place, value) in values.enumerated() {
      guard ChartScale.isDrawable(value) else {
        pen.lift()
        continue
      }
      let share = min(1, max(0, y.position(of: value)))
      pen.draw(margin + Double(place) * step, height - margin - (height - 2 * margin) * share)
    }
    pen.lift()
    return """
      <svg class="small" viewBox="0 0 \(px: width) \(px: height)" role="img" aria-label="\(title)">\
      <path \(FigureTheme.light.paint(stroke: .run(0))) stroke-width="1.4" d="\(pen.data)\(pen.dots)"/></svg>
      """
  }
}
