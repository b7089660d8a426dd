import RunModel

/// The data of a figure as rows.
struct FigureData {
  let figure: Figure

  /// The rows as CSV: of which panel and series, at which step, the value; of a band its ends, of a distribution the share of
  /// the values in the bin that begins at `bin`.
  var csv: String {
    var text = ""
    let answer = Answer([table])
    // An answer throws only what its rows or the reader throw, and neither does here.
    try? answer.write(.csv, isStyled: false) { text += $0 }
    return text
  }

  private var table: AnswerTable {
    let columns: [Column] = [
      .text("figure"), .text("panel"), .text("series"), .number("step"), .number("bin"),
      .number("value"), .number("low"), .number("high"),
    ]
    return AnswerTable("value", columns) { rows in
      for panel in figure.panels {
        switch panel {
        case let chart as LineChart: try write(chart, to: rows)
        case let map as Heatmap: try write(map, to: rows)
        case let ridges as Ridgeline: try write(ridges, to: rows)
        default: break
        }
      }
    }
  }

  private func write(_ chart: LineChart, to rows: RowWriter) throws {
    for (line, name) in zip(chart.lines, chart.seriesNames) {
      for point in line.points {
        try rows.row(
          figure.kind.rawValue, chart.heading, name, point.step, Cell.missing, point.value,
          Cell.missing, Cell.missing)
      }
    }
    for band in chart.bands {
      for point in band.points {
        try rows.row(
          figure.kind.rawValue, chart.heading, band.name, point.step, Cell.missing, Cell.missing,
          point.low, point.high)
      }
    }
  }

  private func write(_ map: Heatmap, to rows: RowWriter) throws {
    for row in map.rows {
      for (step, value) in zip(map.steps, row.values) {
        try rows.row(
          figure.kind.rawValue, map.heading, row.label, step, Cell.missing, value, Cell.missing,
          Cell.missing)
      }
    }
  }

  private func write(_ ridges: Ridgeline, to rows: RowWriter) throws {
    let (low, high) = (ridges.x.domain.lowerBound, ridges.x.domain.upperBound)
    for ridge in ridges.ridges {
      for (place, share) in ridge.shares.enumerated() {
        let bin = low + (high - low) * Double(place) / Double(ridge.shares.count)
        try rows.row(
          figure.kind.rawValue, ridges.heading, "share", ridge.step, bin, share, Cell.missing,
          Cell.missing)
      }
    }
  }
}
