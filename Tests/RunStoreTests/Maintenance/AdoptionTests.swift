import Migrations
import SQLite
import TestSupport
import Testing

import RunModel
@testable import RunStore

@Suite("Files that were rebuilt from SQL text")
struct AdoptionTests {
  let folder: TemporaryFolder
  let path: String

  /// A database as `.dump` hands it on: all of its tables and rows, and nothing in its header.
  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("runs.db")
    try makeSampleDatabase(at: path, steps: 150)
    try change("PRAGMA journal_mode = DELETE; PRAGMA application_id = 0; PRAGMA user_version = 0")
  }

  func change(_ script: String) throws {
    try Connection(path: path, access: .readWrite).execute(script)
  }

  @Test(
    "A file without its marks is refused with what it lacks and what to do, and can then be adopted",
    arguments: [
      "", "PRAGMA application_id = \(SchemaMigrator.applicationID)",
      "PRAGMA user_version = \(Migration.latestVersion)",
      "CREATE TABLE lost_and_found (rootpgno INTEGER, pgno INTEGER, nfield INTEGER, id INTEGER, c0)",
    ])
  func adopt(change script: String) throws {
    try change(script)
    let before = try folder.contents()
    for access in [RunDatabase.Access.read, .record] {
      let error = try storeError { _ = try RunDatabase(path: path, for: access) }
      #expect(error.kind == .badDatabase)
      #expect(error.remedy == .adopt(path: path))
      for words in ["application_id", "user_version", path] {
        #expect(error.description.contains(words))
      }
    }
    #expect(try folder.contents() == before)
    let adoption = try RunDatabase.adopt(fileAt: path)
    #expect(adoption.isChanged && adoption.schemaVersion == Migration.latestVersion)
    #expect(adoption.findings == [])
    let database = try RunDatabase(path: path, for: .record)
    #expect(try SampleRun.checkedStepCount(of: database.run("sample"), in: database) == 150)
    #expect(try !RunDatabase.adopt(fileAt: path).isChanged)
  }

  @Test("Faults that a rebuilt file may have are reported, and it is adopted")
  func faults() throws {
    try change("PRAGMA foreign_keys = ON; DELETE FROM step WHERE step = 7")
    let adoption = try RunDatabase.adopt(fileAt: path)
    #expect(Set(adoption.findings.map(\.rule)) == ["step", "step-count", "step-gap"])
    #expect(try RunDatabase(path: path, for: .read).runs().count == 1)
  }

  @Test(
    "A file that is incomplete or not ours is not adopted, and stays unchanged",
    arguments: [
      ("PRAGMA foreign_keys = OFF; DELETE FROM site WHERE id = 1", "cannot be adopted"),
      ("CREATE TRIGGER planted INSERT ON step BEGIN DELETE FROM run; END", "the trigger"),
      ("ALTER TABLE step ADD COLUMN more TEXT", "the table \"step\""),
      ("DROP TABLE affine", "lacks the table \"affine\""),
      ("DELETE FROM migration WHERE version = 3", "does not record how its schema was made"),
      (
        "PRAGMA ignore_check_constraints = ON; UPDATE site SET tap = 'x' WHERE id = 1",
        "cannot be adopted"
      ),
      ("DROP TABLE run", "is not a Normscope database"),
    ])
  func refused(script: String, words: String) throws {
    try change("PRAGMA foreign_keys = OFF; \(script)")
    let before = try folder.contents()
    let error = try storeError { _ = try RunDatabase.adopt(fileAt: path) }
    #expect(error.kind == .badDatabase && error.description.contains(words), "\(error)")
    #expect(try folder.contents() == before)
  }

  @Test("A file of an earlier version is adopted as that version, and then upgraded")
  func older() throws {
    let old = try Connection(path: folder.file("old.db"), access: .create)
    for migration in Migration.all.prefix(3) {
      try old.execute(migration.script)
      try old.run(
        "INSERT INTO migration VALUES (?, ?, ?, '2026-01-31T12:00:00.000Z')",
        [.integer(migration.version), .text(migration.name), .text(migration.script)])
    }
    #expect(try RunDatabase.adopt(fileAt: folder.file("old.db")).schemaVersion == 3)
    #expect(try RunDatabase(path: folder.file("old.db"), for: .read).runs().isEmpty)
  }
}
