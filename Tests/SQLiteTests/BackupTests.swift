import SQLite
import TestSupport
import Testing

@Suite("Copies of a database")
struct BackupTests {
  let source: TestDatabase

  init() throws {
    source = try TestDatabase(
      """
      PRAGMA page_size = 8192; PRAGMA journal_mode = WAL;
      CREATE TABLE t (a INTEGER, b BLOB);
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
      INSERT INTO t SELECT i, randomblob(300) FROM n;
      PRAGMA user_version = 7;
      """)
  }

  /// Every row as text.
  func rows(_ connection: Connection) throws -> [String] {
    try connection.rows("SELECT a || hex(b) FROM t ORDER BY a") { $0.text(0) }
  }

  @Test("A copy has every row, the page size and what the header says, and what is only in the log")
  func copy() throws {
    let copy = try Connection(path: source.folder.file("copy.db"), access: .create)
    try source.connection.copyAll(to: copy)
    #expect(try rows(copy) == rows(source.connection))
    #expect(try copy.firstRow("PRAGMA page_size") { $0.integer(0) } == 8192)
    #expect(try copy.firstRow("PRAGMA user_version") { $0.integer(0) } == 7)
    #expect(try copy.firstRow("PRAGMA integrity_check") { $0.text(0) } == "ok")
  }

  @Test("It is one state, without uncommitted changes of another connection")
  func snapshot() throws {
    let before = try rows(source.connection)
    let writer = try Connection(path: source.path, access: .readWrite)
    let copy = try Connection(path: source.folder.file("copy.db"), access: .create)
    try writer.transaction {
      try writer.run("DELETE FROM t WHERE a > 3")
      try source.connection.copyAll(to: copy)
    }
    #expect(try rows(copy) == before)
    #expect(try rows(source.connection).count == 3)
  }

  @Test("A destination that somebody writes is an error")
  func busy() throws {
    let path = source.folder.file("copy.db")
    let other = try Connection(path: path, access: .create)
    try other.execute("CREATE TABLE u (a)")
    let copy = try Connection(path: path, access: .readWrite, busyTimeout: 0)
    try other.transaction {
      #expect(primaryCode { try source.connection.copyAll(to: copy) } == .busy)
    }
    #expect(try other.firstRow("SELECT count(*) FROM u") { $0.integer(0) } == 0)
  }

  @Test("A value of any kind can be bound elsewhere as it was")
  func bindings() throws {
    let connection = try TestDatabase("CREATE TABLE v (a)").connection
    let sql = "SELECT NULL, -9223372036854775808, 0.1, 'é' || char(0) || 'x', x'', x'00FF'"
    let values = try connection.rows(sql) { row in
      #expect(row.byteCount(5) == 2 && row.byteCount(0) == 0)
      return (0..<6).map { row.binding($0) }
    }
    let places = "quote(?), typeof(?), quote(?), quote(?), hex(?), typeof(?), quote(?)"
    let bound = values[0]
    let texts = try connection.rows(
      "SELECT \(places)", [bound[0], bound[1], bound[1], bound[2], bound[3], bound[4], bound[5]]
    ) { row in (0..<7).map { row.text($0) } }
    #expect(
      texts == [["NULL", "integer", "-9223372036854775808", "0.1", "C3A90078", "blob", "X'00FF'"]])
  }
}
