import Migrations
import SQLite
import TestSupport
import Testing

import RunModel
@testable import RunStore

@Suite("Upgrading by hand, and the schema as text")
struct UpgradeTests {
  let folder: TemporaryFolder
  let path: String

  /// A database of schema version 2.
  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("runs.db")
    let connection = try Connection(path: path, access: .create)
    try connection.execute("PRAGMA journal_mode = WAL")
    for migration in Migration.all.prefix(2) {
      try connection.execute(migration.script)
      try connection.run(
        "INSERT INTO migration VALUES (?, ?, ?, 't')",
        [.integer(migration.version), .text(migration.name), .text(migration.script)])
    }
    try connection.execute(
      "PRAGMA application_id = \(SchemaMigrator.applicationID); PRAGMA user_version = 2")
  }

  @Test("It says from which version to which, and a second time that there is nothing to do")
  func upgrade() throws {
    for from in [2, Migration.latestVersion] {
      let versions = try RunDatabase.upgrade(fileAt: path)
      #expect(versions == (from, Migration.latestVersion))
    }
    #expect(try RunDatabase(path: path, for: .read).runs().isEmpty)
  }

  @Test("A file that is not there, not ours, or a folder is refused")
  func refused() throws {
    try folder.write("a letter", to: "letter")
    for (place, kind) in [
      (folder.file("none"), StoreError.Kind.missingDatabase), (folder.file("letter"), .badDatabase),
      (folder.path, .badDatabase),
    ] {
      #expect(try storeError { _ = try RunDatabase.upgrade(fileAt: place) }.kind == kind)
    }
  }

  @Test("A file of an earlier version that is not to be changed is refused")
  func unchanged() throws {
    let before = try folder.bytes("runs.db")
    let error = try storeError { _ = try RunDatabase.openUnchanged(path) }
    #expect(error.kind == .badDatabase)
    #expect(error.description.contains("version 2"))
    #expect(error.remedy == .upgrade(path: path))
    #expect(try folder.bytes("runs.db") == before)
    _ = try RunDatabase.upgrade(fileAt: path)
    #expect(try RunDatabase.openUnchanged(path).runs().isEmpty)
  }

  @Test("The schema's text makes the same tables in another file")
  func schema() throws {
    let database = try RunDatabase(path: path, for: .record)
    let other = try Connection(path: folder.file("other.db"), access: .create)
    try other.execute(database.schema())
    let sql =
      "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite%' ORDER BY name"
    func objects(_ connection: Connection) throws -> [[String]] {
      try connection.rows(sql) { row in (0..<3).map { row.text($0) } }
    }
    #expect(try objects(other) == objects(database.connection))
  }
}
