import RunModel
import ShiftAnalysis
import Statistics

/// The short table of a shift: of few layers a column for each, of many a line for each with a heatmap of its steps.
struct ShiftOverview {
  private let series: [ShiftSeries]
  private let labels: LayerLabels

  /// The most layers that have a column each.
  private static let mostColumns = 8
  /// The columns of a terminal that the steps of a heatmap take.
  private static let heatmapColumns = 20
  /// The columns of a terminal that a sparkline takes.
  private static let sparklineColumns = 7

  /// An overview of `series`; nil where several measures of a few layers were chosen, which need a line for each step.
  init?(_ series: [ShiftSeries], _ labels: LayerLabels) {
    guard let measures = series.first?.measures,
      series.count > Self.mostColumns || measures.count == 1 || measures == ShiftMeasure.standard
    else { return nil }
    self.series = series
    self.labels = labels
  }

  /// The table.
  var table: AnswerTable { series.count > Self.mostColumns ? byLayer : byStep }

  /// What the table leaves out; nil where it has everything.
  var omission: String? {
    if series.count > Self.mostColumns {
      return WorstFirst.note(
        series.count, "the largest \(measure.rawValue) first, each at its last step")
        ?? "each layer at its last step"
    }
    return series[0].measures.count > 1 || series.contains { $0.noise != nil }
      ? "\(measure.rawValue) of \(series[0].measures.count) measures" : nil
  }

  private var measure: ShiftMeasure { series[0].measures[0] }

  private func isNoise(_ point: ShiftPoint) -> Bool { point.floored?.isDistinguishable == false }

  // MARK: - A column for each layer

  private var byStep: AnswerTable {
    let columns =
      [Column.number("step").key] + series.map { .number(labels.prefix(of: $0.layer)) }
    return AnswerTable(measure.rawValue, columns) { rows in
      let places = Dictionary(
        series.enumerated().flatMap { place, series in
          rows.chosen(of: series.points).map { ($0.step, [(place, $0)]) }
        }, uniquingKeysWith: +)
      if places.values.joined().contains(where: { isNoise($0.1) }) {
        rows.explanations.append("~: less than twice its sampling floor, so that it can be noise")
      }
      for (step, points) in places.sorted(by: { $0.key < $1.key }) {
        var cells = series.map { _ in Cell.missing }
        for (place, point) in points {
          let value = Cell.number(optional: point.values[0])
          cells[place] =
            isNoise(point) ? .text("~" + columns[place + 1].text(value)) : value
        }
        try rows.row([Cell.integer(step)] + cells)
      }
      guard series.contains(where: { $0.points.count > 2 }) else { return }
      let lines = series.map {
        Sparkline.text(values($0), columns: Self.sparklineColumns, rows.limits.glyphs)
      }
      try rows.row([Cell.missing] + lines.map(Cell.text))
    }
  }

  private func values(_ series: ShiftSeries) -> [Double] {
    series.points.map { $0.values[0] ?? .nan }
  }

  // MARK: - A line for each layer

  private var byLayer: AnswerTable {
    let columns =
      labels.columns + [.number("step"), Column.number(measure.rawValue).key]
      + [Column.text("over_steps").key]
      + series[0].measures.dropFirst().map { .number($0.rawValue) } + [.number("units").ranked(2)]
    return AnswerTable(measure.rawValue, columns) { rows in
      let heatmap = TextHeatmap(series.map(values), rows.limits.glyphs)
      rows.explanations.append(
        "over_steps: \(measure.rawValue) from the first step to the last, \(heatmap.legend)")
      for series in WorstFirst.of(series, by: { [$0.points.last?.values[0].map(abs)] }) {
        guard let last = series.points.last else { continue }
        var cells: [any CellConvertible] = labels.cells(of: series.layer)
        cells += [last.step, last.values[0]] as [any CellConvertible]
        cells.append(heatmap.line(values(series), columns: Self.heatmapColumns))
        cells += Array(last.values.dropFirst()) as [any CellConvertible]
        cells.append(series.width)
        try rows.row(cells)
      }
    }
  }
}
