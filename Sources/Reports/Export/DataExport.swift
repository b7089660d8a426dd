package import RunModel
import ShiftAnalysis

/// All recorded data of runs as an answer: a row for each run, and one for each row of the tables that hold their records.
///
/// `record` is the name of the table. A moment comes with gamma and beta, skewness and kurtosis, where it has them; a row of
/// a site comes with the site's coordinates, any other row of a layer with the layer's name; a checkpoint is represented by
/// its size.
package enum DataExport {
  /// The columns that come first; several tables must have them in one order.
  static let first = [
    "run", "run_name", "layer", "layer_name", "tap", "population", "split", "statistics", "step",
  ]

  /// The data of `runs` in the tables `recorded` of `database`, whose rows are read while they are written.
  ///
  /// - Throws: `StoreError`.
  package static func answer(
    _ runs: [Run], _ recorded: [RecordedTable], in database: any RunReading
  ) throws -> Answer {
    var tables = [AnswerTable.runs(runs.map { RunFacts($0, in: database) }, for: .everyone)]
    var order = tables[0].columns.map(\.name)
    for table in recorded.map(ExportedTable.init) {
      let places = places(of: table.columns.map(\.name), in: &order)
      tables.append(
        AnswerTable(table.name, places.map { table.columns[$0] }) { rows in
          try table.forEachRow(of: runs, in: database) { _, cells in
            for place in places { rows.append(cells[place]) }
            try rows.endRow()
          }
        })
    }
    return Answer(tables)
  }

  /// The order in which a table has columns: coordinates first, then columns of earlier tables in their order, then new ones.
  ///
  /// - Parameters:
  ///   - names: the names of the table's columns.
  ///   - order: the order of the columns of all tables, which gets the new ones.
  /// - Returns: the places of the columns in `names`.
  private static func places(of names: [String], in order: inout [String]) -> [Int] {
    func rank(_ place: Int) -> Int {
      first.firstIndex(of: names[place])
        ?? first.count + (order.firstIndex(of: names[place]) ?? order.count + place)
    }
    let places = names.indices.sorted { rank($0) < rank($1) }
    var end = 0
    for place in places {
      if let known = order.firstIndex(of: names[place]) {
        end = known + 1
      } else {
        order.insert(names[place], at: end)
        end += 1
      }
    }
    return places
  }
}
