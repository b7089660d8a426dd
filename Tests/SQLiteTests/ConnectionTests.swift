import FoundationEssentials
import Glibc
import SQLite
import TestSupport
import Testing

@Suite("Connections")
struct ConnectionTests {
  static let script = "CREATE TABLE number (value INTEGER); INSERT INTO number VALUES (42);"

  /// The primary code of the SQLite error that `body` throws, nil where it throws none.
  func code(_ body: () throws -> Void) -> ResultCode? {
    do {
      try body()
      return nil
    } catch {
      return (error as? SQLiteError)?.code.primary
    }
  }

  // MARK: - Settings

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
    #expect(code { try database.connection.run("INSERT INTO child VALUES (2)") } == .constraint)
    try database.connection.run("DELETE FROM parent")
    #expect(try database.integers("SELECT count(*) FROM child") == [0])
  }

  @Test("What a file's schema says is not trusted")
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

  // MARK: - Names

  @Test(
    "SQLite's special names are names of files",
    arguments: [":memory:", "file:x?mode=memory", "file:y", "file:///tmp/z?mode=ro", "a b%20#.db"])
  func specialNames(name: String) async throws {
    let folder = try TemporaryFolder()
    // A relative name needs a working folder, which only a process of its own can change.
    await #expect(processExitsWith: .success) { [path = folder.path as String, name] in
      try #require(FileManager.default.changeCurrentDirectoryPath(path))
      if name.contains("/") {
        try FileManager.default.createDirectory(
          atPath: "file:///tmp", withIntermediateDirectories: true)
      }
      let connection = try Connection(path: name, access: .create)
      try connection.execute(ConnectionTests.script)
      for access in [Connection.Access.readOnly, .immutable, .readWrite] {
        let other = try Connection(path: name, access: access)
        #expect(try other.rows("SELECT value FROM number") { $0.integer(0) } == [42])
      }
    }
    #expect(FileManager.default.fileExists(atPath: folder.file(name)))
  }

  @Test(
    "An immutable file may have any name",
    arguments: [
      "a b.db", "100%.db", "%41.db", "what?.db", "a?mode=memory&x=.db", "#1.db", "é🧪.db", "+&=.db",
      "file:x", "\"'\\.db",
    ])
  func immutableNames(name: String) throws {
    let folder = try TemporaryFolder()
    for path in [folder.file(name), "/" + folder.file(name), folder.path + "//./" + name] {
      do {
        let connection = try Connection(path: folder.file(name), access: .create)
        try connection.execute("DROP TABLE IF EXISTS number;" + Self.script)
      }
      let connection = try Connection(path: path, access: .immutable)
      #expect(try connection.rows("SELECT value FROM number") { $0.integer(0) } == [42])
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [name])
  }

  // MARK: - Access

  @Test(
    "A connection for reading refuses to write",
    arguments: [Connection.Access.readOnly, .immutable])
  func readOnly(access: Connection.Access) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("test.db")
    _ = try Connection(path: path, access: .create).execute(Self.script)
    let reader = try Connection(path: path, access: access)
    for sql in ["INSERT INTO number VALUES (1)", "DROP TABLE number", "PRAGMA user_version = 3"] {
      #expect(code { try reader.run(sql) } == .readOnly)
    }
    #expect(try reader.rows("SELECT value FROM number") { $0.integer(0) } == [42])
  }

  @Test(
    "A missing file is made only where that was asked for",
    arguments: [Connection.Access.readOnly, .immutable, .readWrite])
  func missing(access: Connection.Access) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("missing.db")
    #expect(code { _ = try Connection(path: path, access: access) } == .cannotOpen)
    #expect(!FileManager.default.fileExists(atPath: path))
    #expect(code { _ = try Connection(path: path + "/x", access: .create) } == .cannotOpen)
    _ = try Connection(path: path, access: .create).execute(Self.script)
    #expect(FileManager.default.fileExists(atPath: path))
  }

  @Test("A folder can't be opened")
  func folder() throws {
    let folder = try TemporaryFolder()
    #expect(code { _ = try Connection(path: folder.path, access: .create) } == .cannotOpen)
    #expect(code { _ = try Connection(path: "", access: .create) } == .cannotOpen)
  }

  @Test("Reading an immutable file puts no file beside it, even where it is in WAL mode")
  func immutable() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write([], to: "test.db")
    _ = try Connection(path: path, access: .create).execute(
      "PRAGMA journal_mode = WAL;" + Self.script)
    let reader = try Connection(path: path, access: .immutable)
    #expect(try reader.rows("SELECT value FROM number") { $0.integer(0) } == [42])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["test.db"])
  }

  @Test("A connection closes its file when it is released, whatever statements it kept")
  func closing() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("test.db")
    do {
      let connection = try Connection(path: path, access: .create)
      try connection.execute("PRAGMA journal_mode = WAL;" + Self.script)
      #expect(try connection.rows("SELECT value FROM number") { $0.integer(0) } == [42])
      #expect(FileManager.default.fileExists(atPath: path + "-wal"))
    }
    // SQLite removes the log when the last connection is closed.
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["test.db"])
  }

  // MARK: - Waiting

  @Test("A second writer gives up when its time is over")
  func busy() throws {
    let database = try TestDatabase(Self.script)
    let other = try Connection(path: database.path, access: .readWrite, busyTimeout: 30)
    let write = "INSERT INTO number VALUES (1)"
    try database.connection.transaction {
      let start = ContinuousClock.now
      #expect(code { try other.run(write) } == .busy)
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
