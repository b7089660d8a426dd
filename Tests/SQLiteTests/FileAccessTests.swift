import FoundationEssentials
import SQLite
import TestSupport
import Testing

@Suite("Opening files")
struct FileAccessTests {
  static let script = "CREATE TABLE number (value INTEGER); INSERT INTO number VALUES (42);"

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
      try connection.execute(FileAccessTests.script)
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

  @Test(
    "A connection for reading refuses to write",
    arguments: [Connection.Access.readOnly, .immutable])
  func readOnly(access: Connection.Access) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("test.db")
    _ = try Connection(path: path, access: .create).execute(Self.script)
    let reader = try Connection(path: path, access: access)
    for sql in ["INSERT INTO number VALUES (1)", "DROP TABLE number", "PRAGMA user_version = 3"] {
      #expect(primaryCode { try reader.run(sql) } == .readOnly)
    }
    #expect(try reader.rows("SELECT value FROM number") { $0.integer(0) } == [42])
  }

  @Test(
    "A missing file is made only where that was asked for",
    arguments: [Connection.Access.readOnly, .immutable, .readWrite])
  func missing(access: Connection.Access) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("missing.db")
    #expect(primaryCode { _ = try Connection(path: path, access: access) } == .cannotOpen)
    #expect(!FileManager.default.fileExists(atPath: path))
    #expect(primaryCode { _ = try Connection(path: path + "/x", access: .create) } == .cannotOpen)
    _ = try Connection(path: path, access: .create).execute(Self.script)
    #expect(FileManager.default.fileExists(atPath: path))
  }

  @Test("A folder is not opened")
  func folder() throws {
    let folder = try TemporaryFolder()
    #expect(primaryCode { _ = try Connection(path: folder.path, access: .create) } == .cannotOpen)
    #expect(primaryCode { _ = try Connection(path: "", access: .create) } == .cannotOpen)
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
}
