import Migrations
package import RunModel
import SQLite

/// The rows of one kind that runs recorded, with every column of the tables that hold them.
package struct RecordedTable {
  /// A column of the rows.
  package struct Column {
    /// The name of the column; "_bytes" follows where the value is the size of a file.
    package let name: String
    /// Whether its values are words.
    package let isText: Bool
    fileprivate let sql: String
    fileprivate let read: (_ row: borrowing Row, _ column: Int, _ width: Int) throws -> StoredValue
  }

  /// The kind of the rows: the name of the table that they are in.
  package let name: String
  /// The columns, without ids; rows of sites come with those of their site besides.
  package let columns: [Column]
  /// Whether each row belongs to a site.
  package let isOfSite: Bool
  fileprivate let sql: String
}

extension RunDatabase {
  /// Every kind of row that runs record.
  ///
  /// - Throws: `StoreError`.
  package func recordedTables() throws -> [RecordedTable] {
    try attempt {
      try RunTable.all.filter { $0.owner != .moment }.map { table in
        // What belongs to a moment has at most one row for it.
        let parts = [table] + (table.name == "moment" ? RunTable.all(of: .moment) : [])
        let columns = try parts.flatMap { try recordedColumns(of: $0) }
        let joins = parts.dropFirst().map {
          " LEFT JOIN \($0.name) ON \($0.name).moment = moment.id"
        }
        let order = table.key.isEmpty ? (table.hasStep ? ["step", "id"] : []) : table.key
        return RecordedTable(
          name: table.name, columns: columns, isOfSite: table.owner == .site,
          sql:
            "SELECT \(columns.map(\.sql).joined(separator: ", ")) FROM \(table.name)\(joins.joined())"
            + " WHERE \(table.name).\(table.owner.rawValue) = ?"
            + (order.isEmpty
              ? "" : " ORDER BY " + order.map { "\(table.name).\($0)" }.joined(separator: ", ")))
      }
    }
  }

  private func recordedColumns(of table: RunTable) throws -> [RecordedTable.Column] {
    try connection.rows(
      "SELECT name, type FROM pragma_table_info(?) WHERE name NOT IN ('id', ?)",
      [.text(table.name), .text(table.owner.rawValue)]
    ) { row in
      let (name, type) = (row.text(0), row.text(1))
      let isFile = table.encoding == .file && table.vectors.contains(name)
      let isTruth = table.truths.contains(name)
      let column = "\(table.name).\(name)"
      return RecordedTable.Column(
        name: isFile ? "\(name)_bytes" : name, isText: type == "TEXT",
        sql: isFile ? "length(\(column))" : column
      ) { row, column, width in
        if row.isNull(column) {
          return table.storesNaN && type == "REAL" ? .real(.nan) : .null
        }
        switch type {
        case "TEXT": return .text(row.text(column))
        case "REAL": return .real(row.real(column))
        case "BLOB" where table.encoding == .float32:
          return .floats(try row.floats(column, count: width))
        case "BLOB" where table.encoding == .counts:
          return .counts(HistogramCounts.counts(of: row.bytes(column)))
        default:
          return isTruth ? .truth(row.integer(column) != 0) : .integer(Int64(row.integer(column)))
        }
      }
    }
  }

  /// Passes each row of a kind that `run` recorded to `body`, those of a site together, in the order of their steps.
  ///
  /// - Parameters:
  ///   - table: the kind.
  ///   - run: the run.
  ///   - body: is passed the site of the row, if it belongs to one, and a value for each column.
  /// - Throws: `StoreError`, or what `body` throws.
  package func forEachRow(
    in table: RecordedTable, of run: Run,
    _ body: (_ site: Site?, _ values: [StoredValue]) throws -> Void
  ) throws {
    func read(_ id: Int, _ site: Site?) throws {
      try attempt {
        try connection.statement(table.sql).forEachRow([.integer(id)]) { row in
          var values: [StoredValue] = []
          for (index, column) in table.columns.enumerated() {
            values.append(try column.read(row, index, site?.width ?? 0))
          }
          try body(site, values)
        }
      }
    }
    if !table.isOfSite { return try read(run.id, nil) }
    for recorded in try sites(of: run) { try read(recorded.id, recorded.site) }
  }
}
