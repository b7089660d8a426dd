package import SQLite

/// Every row of every table of a database, as texts that are exact to the last bit and the same in another file.
///
/// The tables and their columns are those of the file, so that new ones are compared too. A row's id is left out, and
/// one that names another row is replaced by that row's key.
package struct StoredRows: Equatable {
  /// The columns that say who recorded when, which no two runs have in common.
  package static let circumstances: Set = [
    "uuid", "started_at", "heartbeat_at", "finished_at", "created_at", "applied_at", "deleted_at",
    "elapsed_seconds", "recording_seconds", "boot_id", "process_id", "process_start",
  ]

  /// The rows of each table, in order.
  package private(set) var tables: [String: [String]]

  /// Reads the tables of a database.
  ///
  /// - Parameters:
  ///   - connection: the database.
  ///   - run: the UUID of the run whose rows are read; nil for every row of every table.
  ///   - columns: the columns that are left out, of whichever table.
  /// - Throws: `SQLiteError`.
  package init(
    of connection: Connection, run: String? = nil, without columns: Set<String> = circumstances
  ) throws {
    let names = try connection.rows(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
    ) { $0.text(0) }
    let description = StoredRows.Description(connection: connection, leftOut: columns)
    tables = [:]
    for name in names {
      let condition: String
      if let run {
        guard let owner = try description.run(of: name, "row") else { continue }
        condition = "WHERE \(owner) = (SELECT id FROM run WHERE uuid = '\(run)')"
      } else {
        condition = ""
      }
      tables[name] = try connection.rows(
        "SELECT \(description.text(of: name, "row")) AS text FROM \(name) AS row \(condition) ORDER BY text"
      ) { $0.text(0) }
    }
  }

  /// The rows of `table`, none where there is no such table.
  package subscript(table: String) -> [String] {
    get { tables[table] ?? [] }
    set { tables[table] = newValue }
  }

  /// SQL that describes rows.
  private struct Description {
    let connection: Connection
    let leftOut: Set<String>

    /// A column and, where it names a row of another table, that table.
    private struct Column {
      let name: String
      let isRowID: Bool
      let parent: String?
      let parentColumn: String
    }

    private func columns(of table: String) throws -> [Column] {
      try connection.rows(
        """
        SELECT name, name = 'id' AND pk = 1, key."table", key."to"
        FROM pragma_table_info(?1) LEFT JOIN pragma_foreign_key_list(?1) AS key ON key."from" = name
        """, [.text(table)]
      ) {
        Column(
          name: $0.text(0), isRowID: $0.integer(1) == 1, parent: $0.optionalText(2),
          parentColumn: $0.text(3))
      }
    }

    /// The whole row of `table` that is called `row`.
    func text(of table: String, _ row: String) throws -> String {
      try joined(columns(of: table).filter { !$0.isRowID && !leftOut.contains($0.name) }, row)
    }

    /// The id of the run that `row` of `table` is of; nil for tables that are of no run.
    func run(of table: String, _ row: String) throws -> String? {
      if table == "run" { return "\(row).id" }
      for column in try columns(of: table) {
        guard let parent = column.parent, let run = try run(of: parent, "\(row)_") else { continue }
        return
          "(SELECT \(run) FROM \(parent) AS \(row)_ WHERE \(row)_.\(column.parentColumn) = \(row).\(column.name))"
      }
      return nil
    }

    /// What tells `row` of `table` from the others, in any file; a run has its name.
    private func key(of table: String, _ row: String) throws -> String {
      if table == "run" { return "\(row).name" }
      let names = Set(
        try connection.rows(
          """
          SELECT column.name FROM pragma_index_list(?1) AS list, pragma_index_info(list.name) AS column
          WHERE list.origin = 'u'
          """, [.text(table)]
        ) { $0.text(0) })
      let all = try columns(of: table)
      return try joined(names.isEmpty ? [all[0]] : all.filter { names.contains($0.name) }, row)
    }

    private func joined(_ columns: [Column], _ row: String) throws -> String {
      try columns.map { column in
        guard let parent = column.parent else { return "quote(\(row).\(column.name))" }
        return try
          "(SELECT \(key(of: parent, row + "_")) FROM \(parent) AS \(row)_ WHERE \(row)_.\(column.parentColumn) = \(row).\(column.name))"
      }.joined(separator: " || ',' || ")
    }
  }
}
