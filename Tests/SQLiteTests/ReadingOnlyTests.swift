import SQLite
import Testing

@Suite("Connections that only read, and only for so long")
struct ReadingOnlyTests {
  let database: TestDatabase
  let connection: Connection

  init() throws {
    database = try TestDatabase(
      "CREATE TABLE number (value INTEGER); INSERT INTO number VALUES (42); PRAGMA journal_mode = WAL;"
    )
    connection = try Connection(path: database.path, access: .readWrite)
    try connection.restrictToReading()
  }

  @Test(
    "Reading statements are allowed",
    arguments: [
      "SELECT value FROM number", "WITH n AS (SELECT 1) SELECT * FROM n", "EXPLAIN SELECT 1",
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 3) SELECT i FROM n",
      "SELECT sql FROM sqlite_schema", "SELECT * FROM json_each('[1]')", "VALUES (1)",
      "SELECT name FROM pragma_table_info('number')", "PRAGMA table_info(number)",
      "PRAGMA user_version", "PRAGMA Page_Size", "PRAGMA integrity_check",
      "SELECT count(*) FROM pragma_function_list",
    ])
  func reads(sql: String) throws {
    let statement = try connection.onlyStatement(of: sql)
    #expect(statement.isReadOnly && !statement.columnNames.isEmpty)
    var rows = 0
    try statement.forEachRow { _ in rows += 1 }
    #expect(rows > 0)
  }

  @Test(
    "What does more is refused, and changes nothing",
    arguments: [
      "INSERT INTO number VALUES (1)", "UPDATE number SET value = 1", "DELETE FROM number",
      "CREATE TABLE other (value)", "CREATE TEMP TABLE other (value)", "DROP TABLE number",
      "CREATE VIEW v AS SELECT 1", "CREATE VIRTUAL TABLE f USING fts5(a)",
      "ALTER TABLE number RENAME TO n",
      "ATTACH 'other.db' AS other", "ATTACH ':memory:' AS other", "DETACH main", "VACUUM",
      "VACUUM INTO 'copy.db'", "ANALYZE", "BEGIN", "BEGIN IMMEDIATE", "COMMIT",
      "SAVEPOINT a", "PRAGMA user_version = 9", "PRAGMA journal_mode = DELETE",
      "PRAGMA query_only = OFF", "PRAGMA query_only(0)", "PRAGMA writable_schema = ON",
      "PRAGMA wal_checkpoint", "PRAGMA optimize", "PRAGMA temp_store_directory = '/tmp'",
      "PRAGMA mmap_size = 1", "PRAGMA incremental_vacuum", "EXPLAIN DELETE FROM number",
      "UPDATE sqlite_master SET sql = 'x'", "UPDATE sqlite_schema SET name = 'x'",
      "SELECT load_extension('libm.so.6')", "INSERT INTO number VALUES (1) RETURNING value",
      "WITH n AS (SELECT 1) DELETE FROM number",
    ])
  func refused(sql: String) throws {
    #expect(throws: SQLiteError.self) {
      try connection.onlyStatement(of: sql).forEachRow { _ in }
    }
    #expect(try database.integers("SELECT value FROM number") == [42])
    #expect(try database.integers("PRAGMA user_version") == [0])
    #expect(try database.text("PRAGMA journal_mode") == "wal")
    #expect(try database.integers("SELECT count(*) FROM sqlite_schema") == [1])
  }

  @Test("It can be asked for twice")
  func twice() throws {
    try connection.restrictToReading()
    #expect(try connection.rows("SELECT value FROM number") { $0.integer(0) } == [42])
    #expect(primaryCode { try connection.run("DELETE FROM number") } == .authorization)
  }

  @Test(
    "Several statements, none and half of one are refused",
    arguments: [
      "SELECT 1; SELECT 2", "SELECT 1;;; SELECT 2", "SELECT 1; -- one\nDROP TABLE number",
      "SELECT 1; nonsense", "SELECT 1; /* */ ; BEGIN", "", " ", ";", "-- nothing", "/* nothing",
      "SELECT", "SELECT 1\0; SELECT 2", "SELECT 'é'; SELECT 'é'",
    ])
  func several(sql: String) {
    #expect(throws: SQLiteError.self) { try connection.onlyStatement(of: sql) }
  }

  @Test(
    "Comments and semicolons may stand around a statement",
    arguments: [
      "SELECT 'é' ; ", "-- first\nSELECT 'é'; -- last", "SELECT 'é';;;", "; SELECT 'é'",
      "SELECT 'é' /* the end", "SELECT 'é'; /* ; SELECT 2 */\n\t-- ; SELECT 3",
    ])
  func single(sql: String) throws {
    var texts: [String] = []
    try connection.onlyStatement(of: sql).forEachRow { texts.append($0.text(0)) }
    #expect(texts == ["é"])
  }

  @Test("A statement that never ends is interrupted soon after its time")
  func deadline() throws {
    let endless =
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    let start = ContinuousClock.now
    connection.interruptStatements(after: .milliseconds(50))
    #expect(primaryCode { try connection.run(endless) } == .interrupted)
    let taken = ContinuousClock.now - start
    #expect(taken >= .milliseconds(50) && taken < .seconds(10))
    connection.interruptStatements(after: .seconds(1000))
    #expect(try connection.rows("SELECT value FROM number") { $0.integer(0) } == [42])
  }
}
