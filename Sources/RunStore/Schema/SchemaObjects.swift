import Migrations
import RunModel
import SQLite

/// The objects in a file's schema, which must include every table of the migrations, word for word.
///
/// SQLite runs what it finds in a schema: a trigger could change what is recorded, a view could replace a table, a
/// virtual table runs code. Other objects are allowed if no statement of Normscope touches them:
///
/// - other tables, such as the tables of a replication tool, unless they refer to ours by a foreign key, which our deletions
///   would then set off;
/// - indexes of such tables, and indexes that somebody added to ours to ask faster. Those cost recording time, and no
///   more, as long as they have plain columns of all rows in SQLite's own orders: a UNIQUE one could refuse what is
///   recorded, and one of expressions or of some rows runs functions at every insert.
enum SchemaObjects {
  private struct Object {
    let type: String
    let name: String
    let table: String
    let statement: String

    /// The object in a sentence.
    var words: String { "the \(type) \"\(SchemaObjects.printable(name))\"" }
  }

  /// Checks that a file has all objects of schema version `version`, and no others that could run code.
  ///
  /// - Throws: `StoreError` of kind `badDatabase` that names the first missing or unexpected object.
  static func requireKnown(in connection: Connection, version: Int, path: String) throws {
    let objects = try connection.rows(select) { row in
      Object(type: row.text(0), name: row.text(1), table: row.text(2), statement: row.text(3))
    }.filter { !analysis.contains($0.statement) }
    let script = objects.map { $0.statement + ";\n" }.joined()
    // Nearly always; to look at each takes time that a query would wait for.
    if version == Migration.latestVersion && script == Migration.latestSchema { return }

    let known = try statements(ofVersion: version)
    var missing = known
    // Of every version, as a later one must be able to make its tables.
    let ours = Set(known.union(try statements(ofVersion: Migration.latestVersion)).map(tableName))
    for object in objects where missing.remove(object.statement) == nil {
      if let reason = try reasonToRefuse(object, ours, connection) {
        throw StoreError(
          .badDatabase,
          "The database \(path) holds \(object.words), \(reason); remove it, or restore the file from a copy."
        )
      }
    }
    guard let first = missing.min() else { return }
    throw StoreError(
      .badDatabase,
      "The database \(path) lacks the table \"\(tableName(first))\"; restore it from a copy.")
  }

  /// The reason to refuse an object that the migrations do not make; nil if it is allowed.
  private static func reasonToRefuse(
    _ object: Object, _ ours: Set<String>, _ connection: Connection
  ) throws -> String? {
    let strange = "which differs from what Normscope makes"
    func isOurs(_ table: String) -> Bool { ours.contains(table.lowercased()) }
    switch object.type {
    case "table":
      if isOurs(object.name) { return strange }
      // As SQLite keeps every plain one, whatever words it was made by.
      guard object.statement.hasPrefix("CREATE TABLE ") else {
        return "which is virtual: it runs code"
      }
      let parents = try connection.rows(
        "SELECT \"table\" FROM pragma_foreign_key_list(?)", [.text(object.name)]
      ) { $0.text(0) }
      return parents.contains(where: isOurs)
        ? "which refers to a table of Normscope, so that deleting runs would change it" : nil
    case "index":
      guard isOurs(object.table) else { return nil }
      let isUniqueOrPartial = try connection.firstRow(
        "SELECT \"unique\" OR partial FROM pragma_index_list(?) WHERE name = ?",
        [.text(object.table), .text(object.name)]
      ) { $0.integer(0) != 0 }
      // Column -2 is an expression; a collation that isn't built in may be one that is missing here.
      let isPlain = try connection.firstRow(
        """
        SELECT min(cid) > -2 AND sum(upper(coll) NOT IN ('BINARY', 'NOCASE', 'RTRIM')) = 0
        FROM pragma_index_xinfo(?)
        """,
        [.text(object.name)]
      ) { $0.integer(0) == 1 }
      return isUniqueOrPartial == false && isPlain == true
        ? nil : "which is not of plain columns of all rows, so that recording could fail by it"
    default: return strange
    }
  }

  /// The tables of a file that belong to Normscope.
  ///
  /// - Throws: `SQLiteError`.
  static func ourTables(in connection: Connection) throws -> [String] {
    let ours = Set(try statements(ofVersion: Migration.latestVersion).map(tableName))
    return try connection.rows(
      "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"
    ) { $0.text(0) }.filter { ours.contains($0.lowercased()) }
  }

  /// Calls `body` for each row of Normscope's tables whose parent row is missing.
  ///
  /// - Throws: `SQLiteError`, or what `body` throws.
  static func forEachOrphan(
    in connection: Connection,
    _ body: (_ table: String, _ row: Int?, _ parent: String) throws -> Void
  ) throws {
    for table in try ourTables(in: connection) {
      try connection.statement("PRAGMA foreign_key_check(\(table))").forEachRow {
        try body($0.text(0), $0.optionalInteger(1), $0.text(2))
      }
    }
  }

  /// The table that a CREATE statement of the migrations makes, in lower case.
  private static func tableName(_ statement: String) -> String {
    (statement.split { " (\"".contains($0) }.dropFirst(2).first ?? "").lowercased()
  }

  /// The CREATE statements of a schema version, word for word as SQLite keeps them.
  static func statements(ofVersion version: Int) throws -> Set<String> {
    guard version < Migration.latestVersion else {
      return Set(Migration.latestSchema.split(separator: ";\n").map(String.init))
    }
    let connection = try Connection(path: "schema", access: .create, vfs: "memdb")
    for migration in Migration.all where migration.version <= version {
      try connection.execute(migration.script)
    }
    return Set(try connection.rows(select) { $0.text(3) })
  }

  /// Views and triggers first, as they tell more; the indexes that SQLite makes for keys by itself have no statement.
  private static let select = """
    SELECT type, name, tbl_name, sql FROM sqlite_schema
    WHERE sql IS NOT NULL OR name NOT LIKE 'sqlite_autoindex_%' ORDER BY type DESC, name
    """

  /// The tables that SQLite's ANALYZE adds.
  private static let analysis: Set = [
    "CREATE TABLE sqlite_stat1(tbl,idx,stat)",
    "CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)",
  ]

  /// A name from a file, made safe for a sentence.
  private static func printable(_ name: String) -> String {
    String(name.prefix(60).map { $0.unicodeScalars.allSatisfy { $0.value < 32 } ? "?" : $0 })
  }
}
