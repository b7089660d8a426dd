import RunModel
import SQLite

/// A copy of rows from one database into the same tables of another.
///
/// Errors name the database at fault: the source if it cannot be read or a row of it breaks a rule of the schema, else the
/// destination.
struct RowCopy {
  let source: RunDatabase
  let destination: RunDatabase

  /// Copies the row of `table` with the id `id`, with the columns in `changes` replaced.
  ///
  /// - Returns: the new id of the copy.
  func row(of table: String, id: Int, changing changes: [String: Binding]) throws -> Int64 {
    let columns = try columnNames(of: table).filter { $0 != "id" }
    let values = try source.attempt {
      try source.connection.firstRow(
        "SELECT \(columns.joined(separator: ", ")) FROM \(table) WHERE id = ?", [.integer(id)]
      ) { row in columns.indices.map { row.binding($0) } }
    }
    let changed = zip(columns, values ?? []).map { changes[$0] ?? $1 }
    return try insert(changed, by: insertion(into: table, columns), into: table)
  }

  /// Copies rows of `table`, with new ids where it has an `id`.
  ///
  /// - Parameters:
  ///   - table: the table.
  ///   - condition: which rows.
  ///   - bindings: the condition's values.
  ///   - key: the column that refers to another table.
  ///   - newKey: the new reference for each reference of the source.
  ///   - onEach: is called with the ids of each row and its copy.
  /// - Throws: `StoreError`, or what `onEach` throws.
  func rows(
    of table: String, where condition: String, _ bindings: [Binding], replacing key: String,
    by newKey: (Int64) -> Int64, onEach: (Int64, Int64) throws -> Void = { _, _ in }
  ) throws {
    let all = try columnNames(of: table)
    let columns = all.filter { $0 != "id" && $0 != key }
    let selected = [key, all.contains("id") ? "id" : "0"] + columns
    let insertion = try insertion(into: table, [key] + columns)
    try source.attempt {
      try source.connection.statement(
        "SELECT \(selected.joined(separator: ", ")) FROM \(table) WHERE \(condition)"
      ).forEachRow(bindings) { row in
        let values = columns.indices.map { row.binding($0 + 2) }
        let id = try insert(
          [.integer(newKey(Int64(row.integer(0))))] + values, by: insertion, into: table)
        try onEach(Int64(row.integer(1)), id)
      }
    }
  }

  /// A function that copies the row of `table` whose `key` is a row's id, if there is one, to refer to that row's copy.
  func single(of table: String, replacing key: String) throws -> (Int64, Int64) throws -> Void {
    let columns = try columnNames(of: table).filter { $0 != key }
    let selection = try source.attempt {
      try source.connection.statement(
        "SELECT \(columns.joined(separator: ", ")) FROM \(table) WHERE \(key) = ?")
    }
    let insertion = try insertion(into: table, [key] + columns)
    return { old, new in
      try source.attempt {
        try selection.forEachRow([.integer(old)]) { row in
          let values = columns.indices.map { row.binding($0) }
          _ = try insert([.integer(new)] + values, by: insertion, into: table)
        }
      }
    }
  }

  private func columnNames(of table: String) throws -> [String] {
    try source.attempt { try source.columnNames(of: table) }
  }

  private func insertion(into table: String, _ columns: [String]) throws -> Statement {
    let places = Array(repeating: "?", count: columns.count).joined(separator: ", ")
    return try destination.attempt {
      try destination.connection.statement(
        "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES (\(places))")
    }
  }

  /// Inserts a row of the source.
  ///
  /// - Returns: the id of the copy.
  private func insert(_ values: [Binding], by insertion: Statement, into table: String) throws
    -> Int64
  {
    try destination.attempt {
      do {
        try insertion.run(values)
      } catch let error as SQLiteError
        where [.constraint, .mismatch].contains(error.code.primary)
      {
        throw StoreError(
          .badDatabase,
          "The database \(source.path) is damaged: its table \(table) holds an impossible row (\(error.message)).",
          remedy: .check(path: source.path))
      }
      return destination.connection.lastInsertedRowID
    }
  }
}
