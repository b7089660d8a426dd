import Migrations
import SQLite

@testable import RunStore

extension Connection {
  /// A new database with the schema of an earlier version, and no runs.
  static func earlierDatabase(version: Int, at path: String) throws -> Connection {
    let connection = try Connection(path: path, access: .create)
    for migration in Migration.all.prefix(version) {
      try connection.execute(migration.script)
      try connection.run(
        "INSERT INTO migration (version, name, script, applied_at) VALUES (?, ?, ?, 't')",
        [.integer(migration.version), .text(migration.name), .text(migration.script)])
    }
    try connection.execute(
      """
      PRAGMA application_id = \(SchemaMigrator.applicationID);
      PRAGMA user_version = \(version);
      """)
    return connection
  }
}
