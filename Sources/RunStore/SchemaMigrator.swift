import Migrations
import SQLite

/// Brings a file's schema from any earlier version to this build's, forward only.
enum SchemaMigrator {
  /// How a file's schema compares with this build's.
  enum State {
    /// There is nothing in the file.
    case empty
    /// It is ours, of an earlier version.
    case older
    /// It is ours, of this version.
    case current
  }

  /// Looks at a file without changing it.
  ///
  /// - Throws: `StoreError` where the file is not ours, newer than this build, or its schema was altered.
  static func state(of connection: Connection, path: String) throws -> State {
    // Another process may be making the schema: half of it must not be seen.
    try connection.snapshot { try stateNow(of: connection, path: path) }
  }

  private static func stateNow(of connection: Connection, path: String) throws -> State {
    let applicationID = try pragma("application_id", of: connection)
    let version = try pragma("user_version", of: connection)
    let objectCount =
      try connection.firstRow("SELECT count(*) FROM sqlite_schema") { $0.integer(0) } ?? 0
    if applicationID == 0 && version == 0 && objectCount == 0 { return .empty }
    guard applicationID == RunDatabase.applicationID else {
      throw StoreError(
        .badDatabase, "\(path) is not a Normscope database; name another file with --db.")
    }
    guard version <= Migration.latestVersion else {
      throw StoreError(
        .newerSchema,
        "The database \(path) has schema version \(version) and this normscope knows versions up to "
          + "\(Migration.latestVersion); use a newer normscope.")
    }
    // Before any of its tables is read: a view could stand in the place of one.
    try SchemaObjects.requireKnown(in: connection, version: version, path: path)
    let applied = try connection.rows(
      "SELECT version, script FROM migration ORDER BY version"
    ) { ($0.integer(0), $0.text(1)) }
    guard applied.count == version else {
      throw StoreError(
        .badDatabase,
        "The database \(path) does not record how its schema was made; restore it from a copy.")
    }
    for (migration, (appliedVersion, script)) in zip(Migration.all, applied) {
      guard migration.version == appliedVersion && migration.script == script else {
        throw StoreError(
          .badDatabase,
          "The database \(path) was made with another text of schema script \(appliedVersion) than this "
            + "normscope has; use the normscope that made it.")
      }
    }
    return version == Migration.latestVersion ? .current : .older
  }

  /// Applies every migration that is missing, each with its record, in one transaction.
  ///
  /// - Throws: `SQLiteError`, or `StoreError` where rows refer to missing ones; a migration that fails leaves no trace.
  static func migrate(_ connection: Connection, path: String) throws {
    // A script that rebuilds a table drops the old one, which must not take along the rows that refer to it
    // (https://sqlite.org/lang_altertable.html#otheralter). Inside a transaction the switch does nothing.
    try connection.execute("PRAGMA foreign_keys = OFF")
    let outcome = Result {
      try connection.transaction {
        for migration in Migration.all { try apply(migration, to: connection, path: path) }
      }
    }
    try connection.execute("PRAGMA foreign_keys = ON")
    try outcome.get()
  }

  private static func apply(_ migration: Migration, to connection: Connection, path: String) throws
  {
    // Another process may have come first: what is missing is only known under the write lock.
    guard try pragma("user_version", of: connection) < migration.version else { return }
    try connection.execute(migration.script)
    if let table = try connection.firstRow("PRAGMA foreign_key_check", read: { $0.text(0) }) {
      throw StoreError(
        .badDatabase,
        "The database \(path) is damaged: rows of its table \(table) belong to missing ones; restore it from a copy."
      )
    }
    try connection.run(
      """
      INSERT INTO migration (version, name, script, applied_at)
      VALUES (?, ?, ?, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
      """,
      [.integer(migration.version), .text(migration.name), .text(migration.script)])
    try connection.execute(
      """
      PRAGMA application_id = \(RunDatabase.applicationID);
      PRAGMA user_version = \(migration.version);
      """)
  }

  private static func pragma(_ name: String, of connection: Connection) throws -> Int {
    try connection.firstRow("PRAGMA \(name)") { $0.integer(0) } ?? 0
  }
}
