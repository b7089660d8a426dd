import Migrations
import SQLite

/// The tables of a file, which have to be those that the migrations make, and nothing beside them.
///
/// SQLite runs what it finds in a schema: a trigger could change what is recorded, a view could stand for a table.
enum SchemaObjects {
  /// Checks that a file has just the objects of schema version `version`.
  ///
  /// - Throws: `StoreError` of kind `badDatabase` that names the first that is missing or strange.
  static func requireKnown(in connection: Connection, version: Int, path: String) throws {
    let objects = try connection.rows(select) { row in
      (type: row.text(0), name: row.text(1), statement: row.text(2))
    }.filter { !analysis.contains($0.statement) }
    let script = objects.map { $0.statement + ";\n" }.joined()
    // Nearly always; to look at each takes time that a query would wait for.
    if version == Migration.latestVersion && script == Migration.latestSchema { return }

    var missing = try statements(ofVersion: version)
    for object in objects where missing.remove(object.statement) == nil {
      throw StoreError(
        .badDatabase,
        "The database \(path) holds the \(object.type) \"\(printable(object.name))\", which is not as "
          + "normscope makes it; remove it, or restore the file from a copy.")
    }
    guard let first = missing.min() else { return }
    let name = first.split { " (\"".contains($0) }.dropFirst(2).first ?? ""
    throw StoreError(
      .badDatabase,
      "The database \(path) lacks the table \"\(name)\"; restore it from a copy.")
  }

  /// What makes the objects of a schema version, word for word as SQLite keeps it.
  static func statements(ofVersion version: Int) throws -> Set<String> {
    guard version < Migration.latestVersion else {
      return Set(Migration.latestSchema.split(separator: ";\n").map(String.init))
    }
    let connection = try Connection(path: "schema", access: .create, vfs: "memdb")
    for migration in Migration.all where migration.version <= version {
      try connection.execute(migration.script)
    }
    return Set(try connection.rows(select) { $0.text(2) })
  }

  /// Views and triggers first, as they tell more; the indexes that SQLite makes for keys by itself have no statement.
  private static let select = """
    SELECT type, name, sql FROM sqlite_schema
    WHERE sql IS NOT NULL OR name NOT LIKE 'sqlite_autoindex_%' ORDER BY type DESC, name
    """

  /// What SQLite's ANALYZE adds.
  private static let analysis: Set = [
    "CREATE TABLE sqlite_stat1(tbl,idx,stat)",
    "CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)",
  ]

  /// A name out of a file that may be anybody's, fit for a sentence.
  private static func printable(_ name: String) -> String {
    String(name.prefix(60).map { $0.unicodeScalars.allSatisfy { $0.value < 32 } ? "?" : $0 })
  }
}
