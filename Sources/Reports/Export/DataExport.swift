package import RunModel
import ShiftAnalysis

/// All recorded data of runs as an answer: a row for each run, and one for each row of the tables that hold their records.
///
/// `record` is the name of the table. A moment comes with gamma and beta, skewness and kurtosis, where it has them; a row of
/// a site comes with the site's coordinates, any other row of a layer with the layer's name; a checkpoint is represented by
/// its size.
package enum DataExport {
  /// The columns that come first; several tables must have them in one order.
  private static let first = [
    "run", "run_name", "layer", "layer_name", "tap", "population", "split", "statistics", "step",
  ]

  /// The columns of the site that a row belongs to.
  private static let ofSite: [Column] = [
    .number("layer"), .text("layer_name"), .text("tap"), .text("population"), .text("statistics"),
  ]

  /// The data of `runs` in the tables `recorded` of `database`, whose rows are read while they are written.
  ///
  /// - Throws: `StoreError`.
  package static func answer(
    _ runs: [Run], _ recorded: [RecordedTable], in database: any RunReading
  ) throws -> Answer {
    var tables = [try AnswerTable.runs(runs, isWhole: true, in: database)]
    var order = tables[0].columns.map(\.name)
    for table in recorded {
      let hasNames = table.isOfSite || table.columns.contains { $0.name == "layer_name" }
      let layerPlace = hasNames ? nil : table.columns.firstIndex { $0.name == "layer" }
      let columns =
        Column.run + (table.isOfSite ? ofSite : [])
        + (layerPlace == nil ? [] : [.text("layer_name")])
        + table.columns.map { $0.isText ? .text($0.name) : .number($0.name) }
      let places = places(of: columns.map(\.name), in: &order)
      tables.append(
        AnswerTable(table.name, places.map { columns[$0] }) { rows in
          for run in runs {
            let layers = layerPlace == nil ? RunLayers() : try database.layers(of: run)
            try table.forEachRow(run) { site, values in
              let cells: [any CellConvertible] =
                run.cells
                + (site.map { [$0.layer, $0.layerName, $0.tap, $0.population, $0.statistics] } ?? [])
                + (layerPlace.map { [layers.name(of: values[$0])] } ?? []) + values
              for place in places { rows.append(cells[place].cell) }
              try rows.endRow()
            }
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

extension RunLayers {
  /// The name of the layer whose number is in a row; nil where there is none.
  fileprivate func name(of value: Cell) -> String? {
    guard case .integer(let number) = value else { return nil }
    return name(of: number)
  }
}
