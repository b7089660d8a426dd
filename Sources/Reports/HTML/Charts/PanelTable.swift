/// The numbers that a panel shows, as text.
struct PanelTable {
  /// What the panel is about, such as "layer 2".
  let caption: String
  /// The heading of the rows, such as "step".
  let corner: String
  /// The headings of the columns.
  let columns: [String]
  /// The rows: the heading and the cells.
  let rows: [(heading: String, cells: [String])]

  /// The most rows of a table.
  static let mostRows = 11

  /// The values of lines at steps that are evenly chosen among those of all lines.
  init?(
    _ caption: String, _ lines: [(name: String, points: [ChartPoint])],
    format: (Double) -> String = { NumberFormat.significant($0) }
  ) {
    let lines = lines.filter { !$0.points.isEmpty }
    let steps = Set(lines.flatMap { $0.points.map(\.step) }).sorted()
    guard !steps.isEmpty else { return nil }
    let places = Sampling.places(among: steps.count, limit: PanelTable.mostRows)
    self.caption = caption
    corner = "step"
    columns = lines.map(\.name)
    let values = lines.map { line in
      Dictionary(line.points.map { ($0.step, $0.value) }) { $1 }
    }
    rows = places.map { place in
      let step = steps[place]
      return (
        step.grouped,
        values.map { line in
          guard let value = line[step] else { return "" }
          return value.map(format) ?? "undefined"
        }
      )
    }
  }

  /// A table of other rows.
  init(
    _ caption: String, corner: String, columns: [String],
    rows: [(heading: String, cells: [String])]
  ) {
    self.caption = caption
    self.corner = corner
    self.columns = columns
    self.rows = rows
  }

  /// The table as a part of a page.
  var html: HTML {
    HTMLTable(
      caption: "\(caption)", corner: "\(corner)", columns: columns.map { "<bdi>\($0)</bdi>" },
      rows: rows.map { row in
        HTMLTable.Row(heading: "\(row.heading)", cells: row.cells.map { "\($0)" })
      }
    ).html
  }
}
