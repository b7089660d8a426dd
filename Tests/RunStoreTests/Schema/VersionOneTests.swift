import Migrations
import SQLite
import TestSupport
import Testing

import RunModel
@testable import RunStore

@Suite("A database of schema version 1")
struct VersionOneTests {
  static let tables = ["run", "tag", "step", "site", "moment", "evaluation"]

  /// Two runs whose row ids leave gaps and are in another order than their keys.
  static let rows = """
    INSERT INTO run (id, uuid, name, status, status_reason, configuration, provenance, started_at,
      heartbeat_at, finished_at, boot_id, process_id, process_start, elapsed_seconds, recording_seconds)
    VALUES
      (7, 'aaaaaaaa-0000-4000-8000-000000000007', 'old', 'finished', NULL, '{"a": 1}', '{}', '2026-01-31T12:00:00.000Z',
        '2026-01-31T12:00:01.000Z', '2026-01-31T12:00:01.000Z', 'boot', 1, 2, 0.1, 0.01),
      (3, 'bbbbbbbb-0000-4000-8000-000000000003', 'older', 'diverged', 'why', '{}', '{}', 't', 't', 't', '', 0, 0, 1e300, 0);
    INSERT INTO tag VALUES (7, 'k', 'v'), (3, '', '');
    INSERT INTO step VALUES (7, 0, 0.1, 0.5, 0.1, 8, 0.001), (7, 1, NULL, NULL, 0.1, 8, 0),
      (3, 5, 9e999, 1, 0.1, 8, 0);
    INSERT INTO site (id, run, layer, tap, population, statistics, width, epsilon) VALUES
      (40, 7, 1, 'input', 'batch', 'batch', 1, NULL),
      (12, 7, 1, 'normalized', 'probe', 'running', 2, NULL),
      (25, 3, 2, 'preactivation', 'batch', 'none', 1, 0.001);
    INSERT INTO moment (id, site, step, count, non_finite_count, mean, variance, gamma, beta) VALUES
      (90, 40, 0, 8, 0, X'0000803F', X'0000C07F', NULL, NULL),
      (17, 12, 1, 8, 1, X'0000803F00000000', X'0000803F00000080', NULL, NULL),
      (55, 25, 5, 8, 0, X'00000000', X'00000000', X'0000803F', X'FFFFFFFF');
    INSERT INTO evaluation VALUES (7, 0, 'test', 'running', 0.1, 0.25, 10),
      (7, 0, 'test', 'batch', NULL, 0.5, 10), (3, 5, 'train', 'none', -9e999, 0, 1);
    """

  /// What version 1 kept in one table may stand in several.
  static let laterSources = [
    "moment": "(SELECT moment.*, gamma, beta FROM moment LEFT JOIN affine ON moment = moment.id)"
  ]

  let folder: TemporaryFolder
  let path: String
  /// The columns of each of the tables.
  let columns: [[String]]

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("runs.db")
    let connection = try Connection(path: path, access: .create)
    try connection.execute(
      """
      PRAGMA page_size = 65536;
      PRAGMA journal_mode = WAL;
      PRAGMA application_id = \(SchemaMigrator.applicationID);
      PRAGMA user_version = 1;
      """ + Migration.all[0].script + Self.rows)
    try connection.run(
      "INSERT INTO migration VALUES (1, ?, ?, 't')",
      [.text(Migration.all[0].name), .text(Migration.all[0].script)])
    columns = try Self.tables.map { table in
      try connection.rows("SELECT name FROM pragma_table_info(?)", [.text(table)]) { $0.text(0) }
    }
  }

  /// Changes the file before it is upgraded; foreign keys do not stand in the way.
  func alter(_ script: String) throws {
    try Connection(path: path, access: .readWrite).execute("PRAGMA foreign_keys = OFF;" + script)
  }

  /// What version 1 held of every row as text, by a connection that upgrades nothing.
  func contents() throws -> [[String]] {
    let connection = try Connection(path: path, access: .readOnly)
    let version = try connection.firstRow("PRAGMA user_version") { $0.integer(0) }
    return try zip(Self.tables, columns).map { table, columns in
      let source = version == 1 ? table : Self.laterSources[table] ?? table
      let line = columns.map { "quote(\($0))" }.joined(separator: " || ',' || ")
      return try connection.rows("SELECT \(line) FROM \(source) ORDER BY 1") { $0.text(0) }
    }
  }

  @Test(
    "Opening it brings it up to date with every row as it was",
    arguments: [RunDatabase.Access.read, .record])
  func upgrade(access: RunDatabase.Access) throws {
    let before = try contents()
    #expect(before.map(\.count) == [2, 2, 3, 3, 3, 3])
    let database = try RunDatabase(path: path, for: access)
    #expect(try contents() == before)
    #expect(try database.integer("PRAGMA user_version") == Migration.latestVersion)
    #expect(try database.integer("PRAGMA foreign_keys") == 1)
    #expect(
      try database.rows(of: "migration", without: ["script", "applied_at"])
        == Migration.all.map { "\($0.version),'\($0.name)'" })
    try database.expectIntegrity()
    let run = try database.run("old")
    #expect(run.stepCount == 2 && run.status == .finished && run.tags == ["k": "v"])
    #expect(try database.evaluations(of: run).map(\.accuracy) == [0.5, 0.25])
    #expect(try database.sites(of: run).map(\.id) == [40, 12])
    #expect(try database.checkpoint(of: run) == nil)
  }

  @Test("It has the very schema of a fresh one")
  func schema() throws {
    func schema(_ path: String) throws -> [String] {
      try RunDatabase(path: path, for: .record).connection.rows(
        "SELECT type || ' ' || name || ' ' || ifnull(sql, '') FROM sqlite_schema ORDER BY type, name"
      ) { $0.text(0) }
    }
    let upgraded = try schema(path)
    #expect(upgraded == (try schema(folder.file("fresh.db"))))
    #expect(!upgraded.contains { $0.contains("new_") })
  }

  @Test(
    "Its foreign keys hold afterwards: no moment without a site, and none left of a deleted run")
  func foreignKeys() throws {
    let database = try RunDatabase(path: path, for: .record)
    #expect(throws: SQLiteError.self) {
      try database.connection.run("UPDATE moment SET site = 41 WHERE id = 90")
    }
    #expect(throws: SQLiteError.self) {
      try database.connection.run("UPDATE evaluation SET run = 8")
    }
    try database.connection.run("DELETE FROM run WHERE id = 7")
    let left = try Self.tables.map { try database.rows(of: $0).count }
    #expect(left == [1, 1, 1, 1, 1, 1])
    #expect(try database.integer("SELECT id FROM moment") == 55)
  }

  @Test("New runs go beside the old ones, with what only the newer schema takes")
  func recording() throws {
    let database = try RunDatabase(path: path, for: .record)
    let recorder = try RunRecorder(database: database, run: NewRun(name: "new"))
    for statistics in [StatisticsMode.precise, .ioffe] {
      recorder.record(
        EvaluationRecord(
          step: 0, split: .test, statistics: statistics, loss: 1, count: 1))
      let site = Site(
        layer: 1, tap: .input, population: .probe, statistics: statistics, width: 1)
      recorder.record(site, step: 0, count: 1, mean: [0], variance: [1])
    }
    try recorder.record(SampleRun.step(0))
    try recorder.record(SampleRun.checkpoint(1))
    try recorder.end(.finished)
    #expect(
      try database.evaluations(of: database.run("new")).map(\.accuracy) == [nil, nil])
    #expect(try database.sites(of: database.run("new")).count == 2)
  }

  @Test("Opened for reading it is upgraded, but refuses records")
  func readOnly() throws {
    let database = try RunDatabase(path: path, for: .read)
    let error = try storeError {
      _ = try RunRecorder(database: database, run: NewRun(name: "refused"))
    }
    #expect(error.kind == .cannotCreate)
  }

  @Test("Eight connections that upgrade it at the same time all get it, with every row")
  func atOnce() async throws {
    let before = try contents()
    try await withThrowingTaskGroup(of: Int.self) { group in
      for index in 0..<8 {
        group.addTask { [path] in
          try RunDatabase(path: path, for: index % 2 == 0 ? .record : .read).runs().count
        }
      }
      for try await count in group { #expect(count == 2) }
    }
    #expect(try contents() == before)
  }

  @Test(
    "A file that cannot be upgraded is refused and left unchanged",
    arguments: [
      // Before anything is done, and when all is.
      ("CREATE TABLE checkpoint (a)", #"the table "checkpoint""#),
      ("DELETE FROM site WHERE id = 12", "rows of its table moment belong to missing ones"),
      ("UPDATE evaluation SET run = 8 WHERE run = 3", "rows of its table evaluation belong"),
    ], [RunDatabase.Access.read, .record])
  func refused(damage: (script: String, said: String), access: RunDatabase.Access) throws {
    try alter(damage.script)
    let before = try folder.contents()
    #expect(before.keys.sorted() == ["runs.db"])
    let error = try storeError { _ = try RunDatabase(path: path, for: access) }
    #expect(error.kind == .badDatabase)
    #expect(error.description.contains(path) && error.description.contains(damage.said))
    #expect(try folder.contents() == before)
  }

  @Test("A connection enforces foreign keys again when its upgrade has failed")
  func switchedOn() throws {
    try alter("DELETE FROM site WHERE id = 12")
    let connection = try Connection(path: path, access: .readWrite)
    let file = try DatabaseFile(path: path, durability: .process, vfs: nil)
    #expect(throws: StoreError.self) { try SchemaMigrator.migrate(connection, file) }
    #expect(try connection.firstRow("PRAGMA foreign_keys") { $0.integer(0) } == 1)
    #expect(try connection.firstRow("PRAGMA user_version") { $0.integer(0) } == 1)
  }
}
