import Migrations
import RunModel

/// The schema of a central store: its state, and the way to the newest version.
enum CentralSchema {
  /// The schema of a server's database that holds all tables.
  static let name = "normscope"

  /// A store's schema compared with the one of this build.
  enum State {
    /// The database has none.
    case absent
    /// It has this earlier version.
    case older(Int)
    /// It has the version of this build.
    case current
  }

  /// The number of advisory locks of Normscope, "NRMS"; the other number says on what.
  static let lockClass = 0x4E52_4D53

  /// The state of a store's schema.
  ///
  /// - Throws: `ServerError`; `StoreError` where another program made the schema, it is newer than this build, or was altered.
  static func state(of connection: ServerConnection, path: String) throws -> State {
    // To find names takes the server half of the time of a list of the schema's tables.
    let missing = try connection.query(
      """
      SELECT name FROM unnest('{\(CentralTable.names.joined(separator: ","))}'::text[]) AS name
      WHERE to_regclass('\(name).' || name) IS NULL
      """
    ).map { $0.text(0) }
    if !missing.isEmpty {
      let tables = try connection.query(
        """
        SELECT 1 FROM pg_catalog.pg_class JOIN pg_catalog.pg_namespace AS schema ON schema.oid = relnamespace
        WHERE nspname = '\(name)' AND relkind IN ('r', 'p', 'f') LIMIT 1
        """)
      if tables.count == 0 { return .absent }
    }
    let applied: [(version: Int, script: String)]
    do {
      applied = try connection.query(
        "SELECT version, script FROM \(name).migration ORDER BY version"
      ).map { ($0.integer(0), $0.text(1)) }
    } catch let error as ServerError where error.code.hasPrefix("42") && error.code != "42501" {
      throw StoreError(
        .badDatabase,
        "The schema \(name) of \(path) was not made by Normscope; name another database of the server."
      )
    }
    if let newest = applied.last?.version, newest > Migration.central.count {
      throw StoreError(
        .newerSchema,
        "The store \(path) has schema version \(newest), and this version of Normscope knows versions up to \(Migration.central.count); use a newer one."
      )
    }
    let isOurs = zip(applied, Migration.central).allSatisfy {
      $0.version == $1.version && $0.script == $1.script
    }
    guard isOurs, !applied.isEmpty else {
      throw StoreError(
        .badDatabase,
        "The schema \(name) of \(path) was made by other scripts than this version of Normscope has, or by half of them; use the version that made it, or restore it from a copy."
      )
    }
    guard applied.count < Migration.central.count || missing.isEmpty else {
      throw StoreError(
        .badDatabase,
        "The schema \(name) of \(path) lacks the table \(missing.joined(separator: ", ")); restore it from a copy."
      )
    }
    return applied.count == Migration.central.count ? .current : .older(applied.count)
  }

  /// Applies all missing migrations, each with its record, in one transaction.
  ///
  /// - Throws: `ServerError`, or `StoreError` as `state` does; a migration that fails leaves no trace.
  static func migrate(_ connection: ServerConnection, path: String) throws {
    try connection.transaction {
      // Another process may come first: what is missing is only known under the lock.
      try connection.query("SELECT pg_advisory_xact_lock(\(lockClass), 0)")
      let version =
        switch try state(of: connection, path: path) {
        case .absent: 0
        case .older(let version): version
        case .current: Migration.central.count
        }
      if version == 0 { try connection.execute("CREATE SCHEMA IF NOT EXISTS \(name)") }
      try connection.execute("SET LOCAL search_path TO \(name), pg_catalog")
      for migration in Migration.central.dropFirst(version) {
        try connection.execute(migration.script)
        try connection.query(
          "INSERT INTO migration (version, name, script, applied_at) VALUES ($1::int, $2, $3, now())",
          [.integer(migration.version), .text(migration.name), .text(migration.script)])
      }
    }
  }
}
