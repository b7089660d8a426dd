import RunModel
import ShiftAnalysis

/// A recorded table of several runs, each row with its run and, if it has one, its site or the name of its layer.
struct ExportedTable {
  /// The columns of the site that a row belongs to.
  private static let ofSite: [Column] = [
    .number("layer"), .text("layer_name"), .text("tap"), .text("population"), .text("statistics"),
  ]

  /// The name of the kind of its rows.
  let name: String
  /// The columns: of the run, of the site or the layer, and its own.
  let columns: [Column]
  /// The vector that each value under a column is; nil for columns without.
  let vectors: [RecordedTable.Vector?]
  private let table: RecordedTable
  /// The place of the number of a layer, among the table's own columns, whose name the rows lack.
  private let layerPlace: Int?

  /// Describes the rows of `table`.
  init(_ table: RecordedTable) {
    self.table = table
    name = table.name
    let hasNames = table.isOfSite || table.columns.contains { $0.name == "layer_name" }
    layerPlace = hasNames ? nil : table.columns.firstIndex { $0.name == "layer" }
    let before =
      Column.run + (table.isOfSite ? ExportedTable.ofSite : [])
      + (layerPlace == nil ? [] : [.text("layer_name")])
    columns = before + table.columns.map { $0.isText ? .text($0.name) : .number($0.name) }
    vectors = before.map { _ in nil } + table.columns.map(\.vector)
  }

  /// Passes each row of `runs` to `body`: the number of units of its site, if it has one, and a cell for each column.
  ///
  /// - Throws: `StoreError`, or what `body` throws.
  func forEachRow(
    of runs: [Run], in database: some RunReading,
    _ body: (_ units: Int?, _ cells: [Cell]) throws -> Void
  ) throws {
    for run in runs {
      let ofRun = run.cells.map(\.cell)
      let layers = layerPlace == nil ? RunLayers() : try database.layers(of: run)
      try table.forEachRow(run) { site, values in
        var cells = ofRun
        if let site {
          cells.append(.integer(site.layer))
          cells.append(.text(optional: site.layerName))
          cells.append(.text(site.tap.rawValue))
          cells.append(.text(site.population.rawValue))
          cells.append(.text(site.statistics.rawValue))
        }
        if let layerPlace { cells.append(.text(optional: layers.name(of: values[layerPlace]))) }
        cells += values
        try body(site?.width, cells)
      }
    }
  }
}

extension RunLayers {
  /// The name of the layer whose number is in a row; nil where there is none.
  fileprivate func name(of value: Cell) -> String? {
    guard case .integer(let number) = value else { return nil }
    return name(of: number)
  }
}
