import Migrations
import RunModel
import SQLite

/// Upgrades a file's schema from any earlier version to the one of this build.
package enum SchemaMigrator {
  /// "NRMS", the `application_id` in the header of a Normscope database.
  package static let applicationID = 0x4E52_4D53

  /// A file's schema compared with the one of this build.
  enum State: Equatable {
    /// The file is empty.
    case empty
    /// The schema has this earlier version.
    case older(Int)
    /// The schema has the version of this build.
    case current
  }

  /// The state of a file's schema, found without changing the file.
  ///
  /// - Throws: `StoreError` if another program made the file, it is newer than this build, or its schema was altered.
  static func state(of connection: Connection, path: String) throws -> State {
    // Another process may be making the schema: half of it must not be seen.
    try connection.snapshot { try stateNow(of: connection, path: path) }
  }

  /// `state(of:path:)` inside a transaction.
  static func stateNow(of connection: Connection, path: String) throws -> State {
    let applicationID = try pragma("application_id", of: connection)
    let version = try pragma("user_version", of: connection)
    let objectCount =
      try connection.firstRow("SELECT count(*) FROM sqlite_schema") { $0.integer(0) } ?? 0
    if applicationID == 0 && version == 0 && objectCount == 0 { return .empty }
    if try lacksHeader(connection, applicationID, version) {
      throw StoreError(
        .badDatabase,
        "\(path) has the tables of a Normscope database but not its application_id and user_version, as a file made by "
          + "sqlite3's .dump or .recover.", remedy: .adopt(path: path))
    }
    guard applicationID == SchemaMigrator.applicationID else {
      throw StoreError.notOurs(path)
    }
    guard version <= Migration.latestVersion else {
      throw StoreError(
        .newerSchema,
        "The database \(path) has schema version \(version), and this version of Normscope knows versions up to "
          + "\(Migration.latestVersion); use a newer one.")
    }
    // Before any of its tables is read: one could be a view.
    try SchemaObjects.requireKnown(in: connection, version: version, path: path)
    try requireScripts(upTo: version, in: connection, path: path)
    return version == Migration.latestVersion ? .current : .older(version)
  }

  /// Whether a file has Normscope's tables but lost its header fields, as when it was rebuilt from SQL text.
  ///
  /// - Throws: `SQLiteError`.
  static func lacksHeader(_ connection: Connection) throws -> Bool {
    try lacksHeader(
      connection, pragma("application_id", of: connection), pragma("user_version", of: connection))
  }

  private static func lacksHeader(_ connection: Connection, _ id: Int, _ version: Int) throws
    -> Bool
  {
    guard id == 0 || id == SchemaMigrator.applicationID, version == 0 || id == 0 else {
      return false
    }
    // These are in every version.
    let names = ["migration", "moment", "run", "site", "step"]
    let found = try connection.rows(
      "SELECT name FROM sqlite_schema WHERE type = 'table'"
    ) { $0.text(0) }
    return Set(names).isSubset(of: found)
  }

  /// Checks that the scripts recorded in a file equal the scripts of this build up to `version`.
  ///
  /// - Throws: `SQLiteError`, or `StoreError` of kind `badDatabase`.
  static func requireScripts(upTo version: Int, in connection: Connection, path: String) throws {
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
          "The database \(path) was made with another text of schema script \(appliedVersion) than this version of "
            + "Normscope has; use the version that made it.")
      }
    }
  }

  /// Applies all missing migrations, each with its record, in one transaction.
  ///
  /// - Throws: `SQLiteError`; `StoreError` of kind `busy` where an earlier version records into the file, or of kind
  ///   `badDatabase` where rows refer to missing ones. A migration that fails leaves no trace.
  static func migrate(_ connection: Connection, _ file: DatabaseFile) throws {
    // A script that rebuilds a table drops the old one, which must not take along the rows that refer to it
    // (https://sqlite.org/lang_altertable.html#otheralter). Inside a transaction the switch does nothing.
    try connection.execute("PRAGMA foreign_keys = OFF")
    let outcome = Result {
      try connection.transaction {
        try requireNoRecorder(in: file, by: connection)
        try create(connection)
        for migration in Migration.all { try apply(migration, to: connection, path: file.path) }
      }
    }
    try connection.execute("PRAGMA foreign_keys = ON")
    try outcome.get()
  }

  /// Checks that no process records into a file of an earlier version, whose statements would fail afterwards.
  private static func requireNoRecorder(in file: DatabaseFile, by connection: Connection) throws {
    let version = try pragma("user_version", of: connection)
    guard version > 0 && version < Migration.latestVersion,
      let recorder = try Recorder.all(in: file, by: connection).first
    else { return }
    throw StoreError(
      .busy,
      "A run in \(file.path) \(recorder), by an earlier version of Normscope (schema version \(version)); use that version, "
        + "or this one when the recording has stopped.")
  }

  private static func apply(_ migration: Migration, to connection: Connection, path: String) throws
  {
    // Another process may have come first: what is missing is only known under the write lock.
    guard try pragma("user_version", of: connection) < migration.version else { return }
    try connection.execute(migration.script)
    try SchemaObjects.forEachOrphan(in: connection) { table, _, _ in
      throw StoreError(
        .badDatabase,
        "The database \(path) is damaged: rows of its table \(table) belong to missing ones; restore it from a copy."
      )
    }
    try record(migration, connection)
    try setHeader(ofVersion: migration.version, connection)
  }

  /// Makes the tables of an empty file at once, without the steps of its history.
  private static func create(_ connection: Connection) throws {
    let isEmpty = try connection.firstRow("SELECT count(*) = 0 FROM sqlite_schema") {
      $0.integer(0) == 1
    }
    guard isEmpty == true else { return }
    try connection.execute(Migration.latestSchema)
    for migration in Migration.all { try record(migration, connection) }
    try setHeader(ofVersion: Migration.latestVersion, connection)
  }

  private static func record(_ migration: Migration, _ connection: Connection) throws {
    try connection.run(
      """
      INSERT INTO migration (version, name, script, applied_at)
      VALUES (?, ?, ?, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
      """,
      [.integer(migration.version), .text(migration.name), .text(migration.script)])
  }

  /// Writes the application id and the schema version into a file's header.
  ///
  /// - Throws: `SQLiteError`.
  static func setHeader(ofVersion version: Int, _ connection: Connection) throws {
    try connection.execute(
      """
      PRAGMA application_id = \(SchemaMigrator.applicationID);
      PRAGMA user_version = \(version);
      """)
  }

  private static func pragma(_ name: String, of connection: Connection) throws -> Int {
    try connection.firstRow("PRAGMA \(name)") { $0.integer(0) } ?? 0
  }
}
