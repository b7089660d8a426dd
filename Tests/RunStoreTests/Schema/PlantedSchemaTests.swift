import Migrations
import SQLite
import TestSupport
import Testing

import RunModel
@testable import RunStore

/// What a stranger could put into a file so that SQLite runs it, or shows something else, when the file is used.
@Suite("A schema that was tampered with")
struct PlantedSchemaTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("runs.db")
  }

  /// Checks that a file is refused for all purposes in a sentence with `words`, and stays as it is.
  func expectRefusal(_ words: String) throws {
    let before = try folder.contents()
    for access in [RunDatabase.Access.read, .record] {
      let error = try storeError { _ = try RunDatabase(path: path, for: access) }
      #expect(error.kind == .badDatabase)
      #expect(error.description.contains(path) && error.description.contains(words))
    }
    #expect(try folder.contents() == before)
  }

  @Test(
    "Anything that the migrations do not make is refused, by its name",
    arguments: [
      (
        #"the trigger "planted""#,
        "CREATE TRIGGER planted AFTER INSERT ON step BEGIN DELETE FROM run; END"
      ),
      (
        #"the trigger "planted""#,
        "CREATE TRIGGER planted BEFORE UPDATE ON run BEGIN SELECT load_extension('x'); END"
      ),
      (
        #"the view "moment""#,
        "ALTER TABLE moment RENAME TO real_moment; CREATE VIEW moment AS SELECT * FROM real_moment"
      ),
      (
        #"the view "migration""#,
        """
        CREATE TABLE kept AS SELECT * FROM migration; DROP TABLE migration;
        CREATE VIEW migration AS
          WITH RECURSIVE forever (n) AS (SELECT 1 UNION ALL SELECT n FROM forever)
          SELECT kept.* FROM kept, forever
        """
      ),
      (#"the index "planted""#, "CREATE INDEX planted ON step (abs(loss))"),
      (#"the index "planted""#, "CREATE UNIQUE INDEX planted ON run (name)"),
      (#"the index "planted""#, "CREATE INDEX planted ON step (loss) WHERE loss > 1"),
      (#"the index "planted""#, "CREATE INDEX planted ON step (loss, step + 1)"),
      (#"the table "planted", which is virtual"#, "CREATE VIRTUAL TABLE planted USING fts5 (a)"),
      (
        #"the table "planted", which refers to a table of Normscope"#,
        "CREATE TABLE planted (run INTEGER REFERENCES RUN (id) ON DELETE SET NULL)"
      ),
      (
        #"the trigger "planted""#,
        "CREATE TABLE other (a); CREATE TRIGGER planted INSERT ON other BEGIN DELETE FROM run; END"
      ),
      (#"the view "planted""#, "CREATE VIEW planted AS SELECT 1"),
      (
        #"the table "tag""#,
        "DROP TABLE tag; CREATE TABLE tag (run, key, value CHECK (zeroblob(1000000000) > ''))"
      ),
      (#"the table "run""#, "ALTER TABLE run ADD COLUMN more TEXT AS (upper(name))"),
      (#"the table "moment""#, "ALTER TABLE moment RENAME COLUMN mean TO average"),
      (#"lacks the table "moment""#, "DROP TABLE moment"),
      (#"lacks the table "tag""#, "DROP TABLE tag"),
      (#"the view "a?b""#, "CREATE VIEW \"a\nb\" AS SELECT 1"),
    ])
  func planted(words: String, script: String) throws {
    try makeSampleDatabase(at: path)
    try Connection(path: path, access: .readWrite).execute(script)
    try expectRefusal(words)
  }

  @Test(
    "So is a table whose rules have other words in the file's bytes",
    arguments: [("CHECK (step >= 0)", "CHECK (step >= 9)"), ("dropped_steps I", "dropped_stepz I")])
  func changedBytes(from: String, to: String) throws {
    try makeSampleDatabase(at: path)
    var bytes = try folder.bytes("runs.db")
    // The last one, as the scripts that the file was made by have the same words.
    for place in bytes.indices.reversed() where bytes[place...].starts(with: from.utf8) {
      bytes.replaceSubrange(place..<place + from.utf8.count, with: Array(to.utf8))
    }
    try folder.write(bytes, to: "runs.db")
    try expectRefusal("the table")
  }

  @Test("A trigger in a file of an earlier version is found before the migrations set it off")
  func olderVersion() throws {
    let connection = try Connection(path: path, access: .create)
    let first = Migration.all[0]
    try connection.execute(first.script)
    try connection.run(
      "INSERT INTO migration VALUES (1, ?, ?, '2026-01-31T12:00:00.000Z')",
      [.text(first.name), .text(first.script)])
    try connection.execute(
      """
      PRAGMA application_id = \(SchemaMigrator.applicationID); PRAGMA user_version = 1;
      CREATE TRIGGER planted AFTER INSERT ON migration BEGIN DELETE FROM run; END
      """)
    try expectRefusal(#"the trigger "planted""#)
    try connection.execute("DROP TRIGGER planted")
    #expect(try RunDatabase(path: path, for: .read).runs().isEmpty)
  }

  /// What other programs put beside our tables, which no statement of ours touches.
  static let harmless = """
    CREATE TABLE _litestream_seq (id INTEGER PRIMARY KEY, seq INTEGER);
    CREATE TABLE _litestream_lock (id INTEGER);
    CREATE TABLE lost_and_found (rootpgno INTEGER, pgno INTEGER, nfield INTEGER, id INTEGER, c0);
    CREATE TABLE "a ""b; DROP" (id INTEGER PRIMARY KEY AUTOINCREMENT, "c ""d" TEXT UNIQUE);
    CREATE UNIQUE INDEX planted ON _litestream_lock (abs(id)) WHERE id > 0;
    CREATE INDEX by_loss ON step (loss DESC, run); CREATE INDEX by_name ON run (name COLLATE NOCASE);
    INSERT INTO "a ""b; DROP" VALUES (7, 'x');
    """

  @Test("Other programs' tables, and indexes for asking faster, are let be by all that is done")
  func harmless() throws {
    try makeSampleDatabase(at: path, steps: 150)
    try Connection(path: path, access: .readWrite).execute(Self.harmless)
    try makeSampleDatabase(at: path, steps: 3)
    let database = try RunDatabase(path: path, for: .record)
    #expect(try database.runs().count == 2)
    try database.check { Issue.record("\($0)") }
    try database.delete([database.run("latest")])
    try database.purge(database.run("latest", inTrash: true))

    let info = try database.info()
    #expect(
      info.tables.filter(\.isForeign).map(\.name) == [
        "_litestream_lock", "_litestream_seq", "a \"b; DROP", "lost_and_found",
      ])
    #expect(info.tables.first { $0.name == "a \"b; DROP" }?.rows == 1)
    #expect(try database.estimatedTables().count == info.tables.count)

    let copy = folder.file("copy.db")
    try database.backUp(to: copy)
    _ = try RunDatabase(path: copy, for: .record).compact()
    let here = try RunDatabase(path: folder.file("here.db"), for: .record)
    try here.merge(RunDatabase(path: copy, for: .read)) { #expect($0.outcome == .added) }
    #expect(try here.info().tables.allSatisfy { !$0.isForeign })
    for kept in [database, try RunDatabase(path: copy, for: .read)] {
      #expect(try kept.text("SELECT \"c \"\"d\" FROM \"a \"\"b; DROP\"") == "x")
      #expect(try kept.text("SELECT name FROM sqlite_schema WHERE name = 'by_loss'") == "by_loss")
    }
  }

  @Test("The tables of ANALYZE are allowed")
  func analyzed() throws {
    try makeSampleDatabase(at: path)
    try Connection(path: path, access: .readWrite).execute("ANALYZE")
    #expect(try RunDatabase(path: path, for: .read).text("SELECT tbl FROM sqlite_stat1") != nil)
    try makeSampleDatabase(at: path)
  }

  @Test("The schema that is kept ready to compare with is what the migrations make")
  func latestSchema() throws {
    let database = try RunDatabase(path: path, for: .record)
    let statements = try database.connection.rows(
      "SELECT sql || char(59, 10) FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name"
    ) { $0.text(0) }
    #expect(statements.joined() == Migration.latestSchema)
  }
}
