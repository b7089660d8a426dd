package import RunModel
import ShiftAnalysis

/// One table of the recorded data of runs as an answer without columns of other tables.
///
/// A table with vectors has a row for each of their elements: `unit` counts from 1 and, where the vectors are counts of
/// histograms, `bin` is 0 below the bins, from 1 in them, and the last one above.
package enum LongTable {
  /// The names of the tables that there are beside those that are `recorded`.
  package static func names(_ recorded: [RecordedTable]) -> [String] {
    ["run"] + recorded.map(\.name)
  }

  /// The rows of `runs` in the table `name`, which are read while they are written; nil where no table has that name.
  ///
  /// - Throws: `StoreError`.
  package static func answer(
    _ runs: [Run], _ name: String, among recorded: [RecordedTable], in database: any RunReading
  ) throws -> Answer? {
    if name == "run" {
      return Answer([AnswerTable.runs(runs.map { RunFacts($0, in: database) }, for: .everyone)])
    }
    guard let table = recorded.first(where: { $0.name == name }).map(ExportedTable.init) else {
      return nil
    }
    func rank(_ place: Int) -> Int {
      let name = table.columns[place].name
      return DataExport.first.firstIndex(of: name) ?? DataExport.first.count + place
    }
    let places = table.columns.indices.filter { table.vectors[$0] == nil }
      .sorted { rank($0) < rank($1) }
    let vectors = table.columns.indices.filter { table.vectors[$0] != nil }
    let haveBins = table.vectors.contains(.counts)
    let indices: [Column] =
      vectors.isEmpty ? [] : haveBins ? [.number("unit"), .number("bin")] : [.number("unit")]
    let columns = places.map { table.columns[$0] } + indices + vectors.map { table.columns[$0] }
    return Answer([
      AnswerTable(name, columns) { rows in
        try table.forEachRow(of: runs, in: database) { units, cells in
          guard let units, !vectors.isEmpty else {
            for place in places { rows.append(cells[place]) }
            return try rows.endRow()
          }
          rows.share(places.map { cells[$0] })
          let slots = haveBins ? vectors.map { cells[$0].elementCount }.max() ?? 0 : units
          for slot in 0..<slots {
            rows.append(.integer(slot * units / max(slots, 1) + 1))
            if haveBins { rows.append(.integer(slot % max(slots / units, 1))) }
            for vector in vectors { rows.append(cells[vector].element(slot)) }
            try rows.endRow()
          }
        }
      }
    ])
  }
}

extension Cell {
  /// The number of elements of a vector; 0 of any other cell.
  fileprivate var elementCount: Int {
    switch self {
    case .floats(let values): values.count
    case .counts(let values): values.count
    default: 0
    }
  }

  /// An element of a vector; no value where it is none, or shorter.
  fileprivate func element(_ index: Int) -> Cell {
    switch self {
    case .floats(let values) where index < values.count: .number(Double(values[index]))
    case .counts(let values) where index < values.count: .integer(Int(values[index]))
    default: .missing
    }
  }
}
