import Migrations
package import RunModel
import SQLite

/// A column of rows of one kind, and how it is read.
private struct RecordedColumn {
  let model: RecordedTable.Column
  let sql: String
  let read: (_ row: borrowing Row, _ column: Int, _ place: RowPlace) throws -> Cell
}

/// The place of a row: the width of its site, and where its vectors may be sealed, those of the site and its step.
private struct RowPlace {
  let width: Int
  var sealed: SealedVectors?
  var hasAffine = false
  var step = 0
  var isSealed = false
}

extension RunDatabase: RecordReading {
  /// Every kind of row that runs record.
  ///
  /// - Throws: `StoreError`.
  package func recordedTables() throws -> [RecordedTable] {
    try attempt {
      // Sealed vectors are those of moments.
      try RunTable.all.filter { $0.owner != .moment && $0.encoding != .sealed }.map { table in
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
          "SELECT \(columns.map(\.sql).joined(separator: ", ")), \(table.mayBeSealed ? "moment.step, moment.mean" : "0, 0")"
          + " FROM \(table.name)\(joins.joined())"
          + " WHERE \(table.name).\(table.owner.rawValue) = ?" + (isFrom.map { " AND \($0)" } ?? "")
          + (order.isEmpty
            ? "" : " ORDER BY " + order.map { "\(table.name).\($0)" }.joined(separator: ", "))
        let isOfSite = table.owner == .site
        return RecordedTable(name: table.name, columns: columns.map(\.model), isOfSite: isOfSite) {
          run, first, body in
          let bindings = isFrom == nil ? [] : [Binding.integer(first)]
          guard isOfSite else {
            return try self.forEachRow(
              [.integer(run.id)] + bindings, nil, RowPlace(width: 0), sql, columns, body)
          }
          for recorded in try self.sites(of: run) {
            let site = recorded.site
            var place = RowPlace(width: site.width)
            if table.mayBeSealed {
              place.hasAffine = site.epsilon != nil
              place.sealed = SealedVectors(
                self.connection, site: recorded.id, width: site.width,
                withAffine: site.epsilon != nil)
            }
            try self.forEachRow(
              [.integer(recorded.id)] + bindings, site, place, sql, columns, body)
          }
        }
      }
    }
  }

  private func forEachRow(
    _ bindings: [Binding], _ site: Site?, _ place: RowPlace, _ sql: String,
    _ columns: [RecordedColumn], _ body: (_ site: Site?, _ row: [Cell]) throws -> Void
  ) throws {
    try attempt {
      try connection.statement(sql).forEachRow(bindings) { row in
        // A variable outside of this closure would be copied for each cell.
        var place = place
        place.step = row.integer(columns.count)
        place.isSealed = SealedVectors.isSealed(row, columns.count + 1)
        var cells: [Cell] = []
        cells.reserveCapacity(columns.count)
        for index in columns.indices {
          cells.append(try columns[index].read(row, index, place))
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
      let storesNaN = table.nanColumns.contains(name)
      let isVector = table.vectors.contains(name) && !isFile
      let sealable = MomentVector.allCases.first { $0.name == name && $0.table == table.name }
      let column = "\(table.name).\(name)"
      let read = reader(of: table, type, isTruth: table.truths.contains(name))
      return RecordedColumn(
        model: .init(
          name: isFile ? "\(name)_bytes" : name, isText: type == "TEXT",
          vector: isVector ? table.encoding == .counts ? .counts : .numbers : nil),
        sql: isFile
          ? "length(\(column))"
          : table.mark(of: name).map { "iif(\($0), 'NaN', \(column))" } ?? column
      ) { row, column, place in
        if let sealable, place.isSealed, let sealed = place.sealed,
          place.hasAffine || sealable.table == "moment"
        {
          var numbers: [Float] = []
          try sealed.read(sealable, step: place.step, into: &numbers)
          return .floats(numbers)
        }
        guard !row.isNull(column) else { return storesNaN ? .number(.nan) : .missing }
        return try read(row, column, place)
      }
    }
  }

  /// How cells of a type that are not NULL are read.
  private func reader(of table: RunTable, _ type: String, isTruth: Bool) -> (
    _ row: borrowing Row, _ column: Int, _ place: RowPlace
  ) throws -> Cell {
    switch type {
    case "TEXT": { row, column, _ in .text(row.text(column)) }
    case "REAL": { row, column, _ in .number(row.isText(column) ? .nan : row.real(column)) }
    case "BLOB" where table.encoding == .float32:
      { row, column, place in .floats(try row.floats(column, count: place.width)) }
    case "BLOB" where table.encoding == .counts:
      { row, column, _ in .counts(HistogramCounts.counts(of: row.bytes(column))) }
    case _ where isTruth: { row, column, _ in .truth(row.integer(column) != 0) }
    default: { row, column, _ in .integer(row.integer(column)) }
    }
  }
}

extension RunTable {
  /// Whether its rows have vectors that may be sealed, of themselves or of a table that belongs to them.
  fileprivate var mayBeSealed: Bool { name == MomentVector.mean.table }
}
