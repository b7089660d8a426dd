import FoundationEssentials
import Migrations
import SQLite
import TestSupport
import Testing

import RunModel
@testable import RunStore

/// Files that the released versions recorded: a run with batch norm and a probe, and one without either.
@Suite("Files of every earlier version of the schema")
struct SchemaFixtureTests {
  static let versions = Array(1..<Migration.latestVersion)

  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// A copy of the file that version `version` recorded.
  func copy(of version: Int, as name: String = "runs.db") throws -> String {
    let path = folder.file(name)
    try FileManager.default.copyItem(atPath: Self.path(ofVersion: version), toPath: path)
    return path
  }

  /// The path of the file that version `version` recorded.
  static func path(ofVersion version: Int) -> String {
    "\(Repository.root)/Tests/RunStoreTests/Fixtures/version-\(version).db"
  }

  /// The columns of each table that holds what was recorded.
  static func columns(of path: String) throws -> [String: [String]] {
    let connection = try Connection(path: path, access: .readOnly)
    let tables = try connection.rows(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'migration'"
    ) { $0.text(0) }
    return try Dictionary(
      uniqueKeysWithValues: tables.map { table in
        let columns = try connection.rows(
          "SELECT name FROM pragma_table_info(?)", [.text(table)]
        ) { $0.text(0) }
        return (table, columns)
      })
  }

  /// Every row of those columns as text.
  static func contents(of path: String, _ columns: [String: [String]]) throws -> [String: [String]]
  {
    let connection = try Connection(path: path, access: .readOnly)
    let hasAffine =
      try connection.firstRow(
        "SELECT 1 FROM sqlite_schema WHERE name = 'affine'"
      ) { $0.integer(0) } == 1
    return try Dictionary(
      uniqueKeysWithValues: columns.map { table, columns in
        let line = columns.map { "quote(\($0))" }.joined(separator: " || ',' || ")
        let source = hasAffine ? VersionOneTests.laterSources[table] ?? table : table
        return (
          table, try connection.rows("SELECT \(line) FROM \(source) ORDER BY 1") { $0.text(0) }
        )
      })
  }

  @Test(
    "An upgrade keeps every row, and what is recorded next stands beside it", arguments: versions)
  func upgrade(version: Int) throws {
    let path = try copy(of: version)
    let columns = try Self.columns(of: path)
    let before = try Self.contents(of: path, columns)
    #expect(before["run"]?.count == 2 && before["step"]?.count == 12)
    #expect(before["moment"]?.isEmpty == false && before["evaluation"]?.isEmpty == false)
    #expect((before["checkpoint"]?.count ?? 2) == 2)
    let database = try RunDatabase(path: path, for: .record)
    #expect(try Self.contents(of: path, columns) == before)
    try database.expectIntegrity()
    let runs = try database.runs()
    #expect(runs.map(\.name) == ["normalized", "plain"])
    #expect(runs.map(\.stepCount) == [8, 4])
    #expect(runs.allSatisfy { $0.status == .finished })
    let sites = try database.sites(of: runs[0])
    #expect(sites.contains { $0.site.population == .probe && $0.site.epsilon != nil })
    for site in sites {
      try database.forEachMoment(at: site, withAffine: true) { moment in
        #expect(moment.gamma.count == (site.site.epsilon == nil ? 0 : site.site.width))
      }
    }
    let recorder = try RunRecorder(database: database, run: NewRun(name: "sample"))
    for step in 0..<50 { try recorder.recordSample(step) }
    try recorder.end(.finished)
    #expect(try SampleRun.checkedStepCount(of: database.run("sample"), in: database) == 50)
  }

  @Test("One version after the other makes the same of a file as all at once")
  func stepwise() throws {
    let columns = try Self.columns(of: copy(of: 1))
    let atOnce = try copy(of: 1, as: "at-once.db")
    _ = try RunDatabase(path: atOnce, for: .record)
    let stepwise = try copy(of: 1, as: "stepwise.db")
    for migration in Migration.all.dropFirst() {
      let connection = try Connection(path: stepwise, access: .readWrite)
      try connection.execute(
        "PRAGMA foreign_keys = OFF; BEGIN;" + migration.script
          + "PRAGMA user_version = \(migration.version); COMMIT")
      try connection.run(
        "INSERT INTO migration VALUES (?, ?, ?, 't')",
        [.integer(migration.version), .text(migration.name), .text(migration.script)])
    }
    _ = try RunDatabase(path: stepwise, for: .read)
    #expect(
      try Self.contents(of: stepwise, columns) == Self.contents(of: atOnce, columns))
    let schemas = try [stepwise, atOnce, freshDatabase()].map { path in
      try Connection(path: path, access: .readOnly).rows(
        "SELECT type || ' ' || name || ' ' || ifnull(sql, '') FROM sqlite_schema ORDER BY type, name"
      ) { $0.text(0) }
    }
    #expect(schemas[0] == schemas[1] && schemas[1] == schemas[2])
  }

  private func freshDatabase() throws -> String {
    _ = try RunDatabase(path: folder.file("fresh.db"), for: .record)
    return folder.file("fresh.db")
  }
}
