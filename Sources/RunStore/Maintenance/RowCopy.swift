import SQLite

/// Copies rows of one database into the same table of another, whatever columns the table has.
///
/// Errors name the database that they come from.
struct RowCopy {
  let source: RunDatabase
  let destination: RunDatabase

  /// Copies the row of `table` whose id is `id`.
  ///
  /// - Returns: the id of the copy: `newID`, or a new one where that is nil.
  func row(of table: String, id: Int, to newID: Int?) throws -> Int64 {
    let columns = try source.columnNames(of: table).filter { $0 != "id" }
    let values = try source.attempt {
      try source.connection.firstRow(
        "SELECT \(columns.joined(separator: ", ")) FROM \(table) WHERE id = ?", [.integer(id)]
      ) { row in columns.indices.map { row.binding($0) } }
    }
    return try destination.attempt {
      try destination.connection.run(
        RowCopy.insertion(into: table, ["id"] + columns),
        [.integer(optional: newID)] + (values ?? []))
      return destination.connection.lastInsertedRowID
    }
  }

  /// Copies rows of `table`, with new ids where it has an `id`.
  ///
  /// - Parameters:
  ///   - table: the table.
  ///   - condition: which rows.
  ///   - bindings: the condition's values.
  ///   - key: the column that refers to another table.
  ///   - newKey: what it is to refer to, by what it refers to in the source.
  ///   - onEach: is told the id of each row and of its copy.
  /// - Throws: `StoreError`, or what `onEach` throws.
  func rows(
    of table: String, where condition: String, _ bindings: [Binding], replacing key: String,
    by newKey: (Int64) -> Int64, onEach: (Int64, Int64) throws -> Void = { _, _ in }
  ) throws {
    let all = try source.columnNames(of: table)
    let columns = all.filter { $0 != "id" && $0 != key }
    let selected = [key, all.contains("id") ? "id" : "0"] + columns
    let insertion = try destination.connection.statement(
      RowCopy.insertion(into: table, [key] + columns))
    try source.attempt {
      try source.connection.statement(
        "SELECT \(selected.joined(separator: ", ")) FROM \(table) WHERE \(condition)"
      ).forEachRow(bindings) { row in
        let values = columns.indices.map { row.binding($0 + 2) }
        try destination.attempt {
          try insertion.run([.integer(newKey(Int64(row.integer(0))))] + values)
        }
        try onEach(Int64(row.integer(1)), destination.connection.lastInsertedRowID)
      }
    }
  }

  /// What copies the one row of `table` whose `key` refers to a row, if there is one, to refer to that row's copy.
  func single(of table: String, replacing key: String) throws -> (Int64, Int64) throws -> Void {
    let columns = try source.columnNames(of: table).filter { $0 != key }
    let selection = try source.connection.statement(
      "SELECT \(columns.joined(separator: ", ")) FROM \(table) WHERE \(key) = ?")
    let insertion = try destination.connection.statement(
      RowCopy.insertion(into: table, [key] + columns))
    return { old, new in
      try source.attempt {
        try selection.forEachRow([.integer(old)]) { row in
          let values = columns.indices.map { row.binding($0) }
          try destination.attempt { try insertion.run([.integer(new)] + values) }
        }
      }
    }
  }

  private static func insertion(into table: String, _ columns: [String]) -> String {
    let places = Array(repeating: "?", count: columns.count).joined(separator: ", ")
    return "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES (\(places))"
  }
}
