import Migrations
package import RunModel
import SQLite

/// A column of rows of one kind, and how it is read.
private struct RecordedColumn {
  let model: RecordedTable.Column
  let sql: String
  let read: (_ row: borrowing Row, _ column: Int, _ place: inout RowPlace) throws -> Cell
}

/// The place of a row: the width of its site, and where its vectors may be sealed, their frames and its step.
private struct RowPlace {
  let width: Int
  var frames: SiteFrames?
  var step = 0
}

extension RunDatabase {
  /// Every kind of row that runs record.
  ///
  /// - Throws: `StoreError`.
  package func recordedTables() throws -> [RecordedTable] {
    try attempt {
      // Frames are a part of how vectors are stored.
      try RunTable.all.filter { $0.owner != .moment && $0.encoding != .frame }.map { table in
        // A table that belongs to moments has at most one row for each.
        let parts = [table] + (table.name == "moment" ? RunTable.all(of: .moment) : [])
        let columns = try parts.flatMap { try recordedColumns(of: $0) }
        let joins = parts.dropFirst().map {
          " LEFT JOIN \($0.name) ON \($0.name).moment = moment.id"
        }
        let order = table.key.isEmpty ? (table.hasStep ? ["step", "id"] : []) : table.key
        let sql =
          "SELECT \(columns.map(\.sql).joined(separator: ", ")), \(table.mayBeSealed ? "moment.step" : "0")"
          + " FROM \(table.name)\(joins.joined())"
          + " WHERE \(table.name).\(table.owner.rawValue) = ?"
          + (order.isEmpty
            ? "" : " ORDER BY " + order.map { "\(table.name).\($0)" }.joined(separator: ", "))
        let isOfSite = table.owner == .site
        return RecordedTable(name: table.name, columns: columns.map(\.model), isOfSite: isOfSite) {
          run, body in
          guard isOfSite else {
            let place = RowPlace(width: 0, frames: nil)
            return try self.forEachRow(of: run.id, nil, place, sql, columns, body)
          }
          for recorded in try self.sites(of: run) {
            let width = recorded.site.width
            let place = RowPlace(
              width: width,
              frames: table.mayBeSealed
                ? SiteFrames(self.connection, site: recorded.id, width: width) : nil)
            try self.forEachRow(of: recorded.id, recorded.site, place, sql, columns, body)
          }
        }
      }
    }
  }

  private func forEachRow(
    of owner: Int, _ site: Site?, _ place: RowPlace, _ sql: String, _ columns: [RecordedColumn],
    _ body: (_ site: Site?, _ row: [Cell]) throws -> Void
  ) throws {
    var place = place
    try attempt {
      try connection.statement(sql).forEachRow([.integer(owner)]) { row in
        var cells: [Cell] = []
        place.step = row.integer(columns.count)
        for (index, column) in columns.enumerated() {
          cells.append(try column.read(row, index, &place))
        }
        try body(site, cells)
      }
    }
  }

  private func recordedColumns(of table: RunTable) throws -> [RecordedColumn] {
    try connection.rows(
      """
      SELECT name, type FROM pragma_table_info(?)
      WHERE name NOT IN ('id', ?) AND name NOT GLOB '*_is_nan'
      """,
      [.text(table.name), .text(table.owner.rawValue)]
    ) { row in
      let (name, type) = (row.text(0), row.text(1))
      let isFile = table.encoding == .file && table.vectors.contains(name)
      let isTruth = table.truths.contains(name)
      let storesNaN = table.nanColumns.contains(name)
      let isVector = table.vectors.contains(name) && !isFile
      let sealable = MomentVector.allCases.first { $0.name == name && $0.table == table.name }
      let column = "\(table.name).\(name)"
      return RecordedColumn(
        model: .init(
          name: isFile ? "\(name)_bytes" : name, isText: type == "TEXT",
          vector: isVector ? table.encoding == .counts ? .counts : .numbers : nil),
        sql: isFile
          ? "length(\(column))"
          : table.mark(of: name).map { "iif(\($0), 'NaN', \(column))" } ?? column
      ) { row, column, place in
        if row.isNull(column) {
          return storesNaN ? .number(.nan) : .missing
        }
        switch type {
        case "TEXT": return .text(row.text(column))
        case "REAL": return .number(row.isText(column) ? .nan : row.real(column))
        case "BLOB" where table.encoding == .float32:
          guard place.frames != nil, let vector = sealable else {
            return .floats(try row.floats(column, count: place.width))
          }
          var numbers: [Float] = []
          try place.frames?.read(vector, row, column, step: place.step, into: &numbers)
          return .floats(numbers)
        case "BLOB" where table.encoding == .counts:
          return .counts(HistogramCounts.counts(of: row.bytes(column)))
        default:
          return isTruth ? .truth(row.integer(column) != 0) : .integer(row.integer(column))
        }
      }
    }
  }
}

extension RunTable {
  /// Whether its rows have vectors that may be sealed, of themselves or of a table that belongs to them.
  fileprivate var mayBeSealed: Bool { name == MomentVector.mean.table }
}
