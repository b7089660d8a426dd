import SQLite
import Testing

@Suite("SQLite errors")
struct SQLiteErrorTests {
  let database: TestDatabase

  init() throws {
    database = try TestDatabase(
      """
      CREATE TABLE parent (id INTEGER PRIMARY KEY, word TEXT UNIQUE NOT NULL CHECK (word <> 'x'));
      CREATE TABLE child (parent INTEGER REFERENCES parent);
      INSERT INTO parent VALUES (1, 'taken');
      """)
  }

  func error(of sql: String, _ bindings: [Binding] = []) throws -> SQLiteError {
    try #require(throws: SQLiteError.self) { try database.connection.run(sql, bindings) }
  }

  @Test("An error has SQLite's code and message and the whole statement")
  func parts() throws {
    let sql = "SELECT word\nFROM nowhere\nWHERE never"
    let error = try error(of: sql)
    #expect(error.code == ResultCode(rawValue: 1))
    #expect(error.message == "no such table: nowhere")
    #expect(error.sql == sql)
  }

  @Test("A description is one line, with the first line of the statement")
  func description() throws {
    #expect(
      try error(of: "\n\nSELECT word\nFROM nowhere").description
        == "SQLite error 1: no such table: nowhere in: SELECT word")
    #expect(SQLiteError(code: .full, message: "full").description == "SQLite error 13: full")
    #expect(
      SQLiteError(code: .full, message: "full", sql: "").description == "SQLite error 13: full")
  }

  @Test("A description does not contain the bound values")
  func values() throws {
    let error = try error(of: "INSERT INTO parent VALUES (1, ?)", [.text("secret")])
    #expect(error.description.contains("INSERT INTO parent"))
    #expect(!error.description.contains("secret"))
  }

  @Test(
    "A violated constraint has the code of its kind, which is one of `constraint`",
    arguments: [
      ("INSERT INTO parent VALUES (2, 'taken')", 2067, "UNIQUE constraint failed: parent.word"),
      ("INSERT INTO parent VALUES (1, 'new')", 1555, "UNIQUE constraint failed: parent.id"),
      ("INSERT INTO parent VALUES (2, NULL)", 1299, "NOT NULL constraint failed: parent.word"),
      ("INSERT INTO parent VALUES (2, 'x')", 275, "CHECK constraint failed: word <> 'x'"),
      ("INSERT INTO child VALUES (2)", 787, "FOREIGN KEY constraint failed"),
    ] as [(String, Int32, String)])
  func constraints(sql: String, code: Int32, message: String) throws {
    let error = try error(of: sql)
    #expect(error.code.rawValue == code)
    #expect(error.code.primary == .constraint)
    #expect(error.message == message)
    #expect(ResultCode.constraint ~= error.code)
  }

  @Test("A primary code matches the extended ones of its cause, an extended code only itself")
  func matching() {
    let unique = ResultCode(rawValue: 2067)
    let check = ResultCode(rawValue: 275)
    #expect(ResultCode.constraint ~= unique)
    #expect(ResultCode.constraint ~= .constraint)
    #expect(unique ~= unique)
    #expect(!(unique ~= .constraint))
    #expect(!(unique ~= check))
    #expect(!(ResultCode.busy ~= unique))
    let matched =
      switch unique {
      case .busy: "busy"
      case check: "check"
      case .constraint: "constraint"
      default: "none"
      }
    #expect(matched == "constraint")
  }

  @Test("A script stops at its first failing statement")
  func script() throws {
    let script = "INSERT INTO child VALUES (1);\nINSERT INTO nowhere VALUES (1);\nDELETE FROM child"
    let error = try #require(throws: SQLiteError.self) { try database.connection.execute(script) }
    #expect(error.sql == script)
    #expect(error.message == "no such table: nowhere")
    #expect(try database.integers("SELECT parent FROM child") == [1])
  }

  @Test("A statement without words is refused", arguments: ["", " \n", "-- a remark"])
  func emptyStatement(sql: String) throws {
    #expect(try error(of: sql).message == "the statement is empty")
  }
}
