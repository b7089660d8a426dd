import Glibc
import SQLite
import Testing

@Suite("Connections")
struct ConnectionTests {
  static let script = "CREATE TABLE number (value INTEGER); INSERT INTO number VALUES (42);"

  @Test(
    "A double-quoted word is a name, never a text",
    arguments: [
      "SELECT \"nothing\"", "INSERT INTO number VALUES (\"nothing\")",
      "CREATE TABLE other (word TEXT CHECK (word <> \"nothing\"))",
    ])
  func doubleQuotes(sql: String) throws {
    let database = try TestDatabase(Self.script)
    let error = #expect(throws: SQLiteError.self) { try database.connection.run(sql) }
    #expect(error?.message.hasPrefix("no such column: ") == true)
  }

  @Test("Foreign keys are enforced")
  func foreignKeys() throws {
    let database = try TestDatabase(
      """
      CREATE TABLE parent (id INTEGER PRIMARY KEY);
      CREATE TABLE child (parent INTEGER REFERENCES parent ON DELETE CASCADE);
      INSERT INTO parent VALUES (1);
      INSERT INTO child VALUES (1);
      """)
    #expect(
      primaryCode { try database.connection.run("INSERT INTO child VALUES (2)") } == .constraint)
    try database.connection.run("DELETE FROM parent")
    #expect(try database.integers("SELECT count(*) FROM child") == [0])
  }

  @Test("The schema of a file is not trusted")
  func trustedSchema() throws {
    let database = try TestDatabase(
      "CREATE VIEW trap AS SELECT name FROM pragma_table_info('sqlite_schema')")
    #expect(try database.integers("PRAGMA trusted_schema") == [0])
    let error = #expect(throws: SQLiteError.self) {
      try database.connection.run("SELECT * FROM trap")
    }
    #expect(error?.message.hasPrefix("unsafe use of virtual table") == true)
  }

  @Test("SQL can't damage a file on purpose")
  func defensive() throws {
    let database = try TestDatabase(Self.script)
    try database.connection.run("PRAGMA writable_schema = ON")
    let error = #expect(throws: SQLiteError.self) {
      try database.connection.run("UPDATE sqlite_schema SET sql = 'nonsense'")
    }
    #expect(error?.message == "table sqlite_master may not be modified")
    try database.connection.run("PRAGMA journal_mode = OFF")
    #expect(try database.text("PRAGMA journal_mode") == "delete")
  }

  @Test("The library's version is the one that runs")
  func libraryVersion() throws {
    let database = try TestDatabase()
    #expect(try database.text("SELECT sqlite_version()") == Connection.libraryVersion)
  }

  @Test("A second writer gives up when its time is over")
  func busy() throws {
    let database = try TestDatabase(Self.script)
    let other = try Connection(path: database.path, access: .readWrite, busyTimeout: 30)
    let write = "INSERT INTO number VALUES (1)"
    try database.connection.transaction {
      let start = ContinuousClock.now
      #expect(primaryCode { try other.run(write) } == .busy)
      let waited = ContinuousClock.now - start
      #expect(waited >= .milliseconds(20) && waited < .seconds(5))
    }
    try other.run(write)
    #expect(try database.integers("SELECT count(*) FROM number") == [2])
  }

  @Test("A second writer waits for the first")
  func waiting() async throws {
    let database = try TestDatabase(Self.script)
    let path = database.path
    var second: Task<Void, any Error>?
    try database.connection.transaction {
      second = Task.detached {
        let other = try Connection(path: path, access: .readWrite)
        try other.run("UPDATE number SET value = value + 1")
      }
      usleep(30_000)
      try database.connection.run("UPDATE number SET value = 100")
    }
    try await second?.value
    #expect(try database.integers("SELECT value FROM number") == [101])
  }
}
