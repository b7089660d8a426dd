import Migrations
package import RunModel
import SQLite

/// A column of rows of one kind, and how it is read.
private struct RecordedColumn {
  let model: RecordedTable.Column
  let sql: String
  let read: (_ row: borrowing Row, _ column: Int, _ width: Int) throws -> Cell
}

extension RunDatabase: RecordReading {
  /// Every kind of row that runs record.
  ///
  /// - Throws: `StoreError`.
  package func recordedTables() throws -> [RecordedTable] {
    try attempt {
      try RunTable.all.filter { $0.owner != .moment }.map { table in
        // A table that belongs to moments has at most one row for each.
        let parts = [table] + (table.name == "moment" ? RunTable.all(of: .moment) : [])
        let columns = try parts.flatMap { try recordedColumns(of: $0) }
        let joins = parts.dropFirst().map {
          " LEFT JOIN \($0.name) ON \($0.name).moment = moment.id"
        }
        let isFrom: String? =
          switch table.steps {
          case .none: nil
          case .ofRow, .before: "step >= ?"
          case .ofBlock: "(block + 1) * block_steps >= ?"
          }
        let order = table.key.isEmpty ? (table.hasStep ? ["step", "id"] : []) : table.key
        let sql =
          "SELECT \(columns.map(\.sql).joined(separator: ", ")) FROM \(table.name)\(joins.joined())"
          + " WHERE \(table.name).\(table.owner.rawValue) = ?" + (isFrom.map { " AND \($0)" } ?? "")
          + (order.isEmpty
            ? "" : " ORDER BY " + order.map { "\(table.name).\($0)" }.joined(separator: ", "))
        let isOfSite = table.owner == .site
        return RecordedTable(name: table.name, columns: columns.map(\.model), isOfSite: isOfSite) {
          run, first, body in
          let bindings = isFrom == nil ? [] : [Binding.integer(first)]
          guard isOfSite else {
            return try self.forEachRow([.integer(run.id)] + bindings, nil, sql, columns, body)
          }
          for recorded in try self.sites(of: run) {
            try self.forEachRow(
              [.integer(recorded.id)] + bindings, recorded.site, sql, columns, body)
          }
        }
      }
    }
  }

  private func forEachRow(
    _ bindings: [Binding], _ site: Site?, _ sql: String, _ columns: [RecordedColumn],
    _ body: (_ site: Site?, _ row: [Cell]) throws -> Void
  ) throws {
    try attempt {
      try connection.statement(sql).forEachRow(bindings) { row in
        var cells: [Cell] = []
        for (index, column) in columns.enumerated() {
          cells.append(try column.read(row, index, site?.width ?? 0))
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
      let column = "\(table.name).\(name)"
      return RecordedColumn(
        model: .init(
          name: isFile ? "\(name)_bytes" : name, isText: type == "TEXT",
          vector: isVector ? table.encoding == .counts ? .counts : .numbers : nil),
        sql: isFile
          ? "length(\(column))"
          : table.mark(of: name).map { "iif(\($0), 'NaN', \(column))" } ?? column
      ) { row, column, width in
        if row.isNull(column) {
          return storesNaN ? .number(.nan) : .missing
        }
        switch type {
        case "TEXT": return .text(row.text(column))
        case "REAL": return .number(row.isText(column) ? .nan : row.real(column))
        case "BLOB" where table.encoding == .float32:
          return .floats(try row.floats(column, count: width))
        case "BLOB" where table.encoding == .counts:
          return .counts(HistogramCounts.counts(of: row.bytes(column)))
        default:
          return isTruth ? .truth(row.integer(column) != 0) : .integer(row.integer(column))
        }
      }
    }
  }
}
