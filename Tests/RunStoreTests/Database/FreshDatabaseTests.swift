import Migrations
import RunModel
import RunStore
import SQLite
import TestSupport
import Testing

@Suite("A fresh database")
struct FreshDatabaseTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("runs.db")
  }

  @Test("It names its application and its version")
  func header() throws {
    let database = try RunDatabase(path: path, for: .record)
    #expect(database.path == path)
    #expect(try database.integer("PRAGMA application_id") == 0x4E52_4D53)
    #expect(try database.integer("PRAGMA user_version") == Migration.latestVersion)
    #expect(SchemaMigrator.applicationID == 0x4E52_4D53)
  }

  @Test("Its first bytes identify it to other programs")
  func bytes() throws {
    _ = try RunDatabase(path: path, for: .record)
    let bytes = try folder.bytes("runs.db")
    #expect(Array(bytes[68..<72]) == Array("NRMS".utf8))
    #expect(Array(bytes[60..<64]) == [0, 0, 0, UInt8(Migration.latestVersion)])
    // 1 stands for 65536.
    #expect(Array(bytes[16..<18]) == [0, 1])
  }

  @Test("It is set up for one writer and many readers")
  func settings() throws {
    let database = try RunDatabase(path: path, for: .record)
    #expect(try database.text("PRAGMA journal_mode") == "wal")
    #expect(try database.integer("PRAGMA page_size") == 65_536)
    #expect(try database.integer("PRAGMA synchronous") == 1)
    #expect(try database.integer("PRAGMA foreign_keys") == 1)
    #expect(try database.integer("PRAGMA secure_delete") == 0)
    try database.expectIntegrity()
  }

  @Test("Every table is strict about types")
  func strictTables() throws {
    let database = try RunDatabase(path: path, for: .record)
    let tables = try database.connection.rows(
      "SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%'"
    ) { (name: $0.text(0), isStrict: $0.integer(1) == 1) }
    #expect(
      Set(tables.map(\.name)).isSuperset(
        of: ["migration", "run", "tag", "step", "site", "moment", "evaluation", "checkpoint"]))
    #expect(tables.filter { !$0.isStrict }.map(\.name) == [])
  }

  @Test("It keeps the text of the scripts that made it")
  func migrations() throws {
    let database = try RunDatabase(path: path, for: .record)
    let applied = try database.connection.rows(
      "SELECT version, name, script FROM migration ORDER BY version"
    ) { "\($0.integer(0)) \($0.text(1)) \($0.text(2))" }
    #expect(applied == Migration.all.map { "\($0.version) \($0.name) \($0.script)" })
  }

  @Test("It has no runs")
  func empty() throws {
    let database = try RunDatabase(path: path, for: .record)
    #expect(try database.runs().isEmpty)
    #expect(try storeError { _ = try database.run("latest") }.kind == .unknownRun)
  }

  @Test("A file without bytes is taken as one to fill")
  func zeroLength() throws {
    try folder.write([], to: "runs.db")
    try makeSampleDatabase(at: path)
    #expect(try RunDatabase(path: path, for: .read).runs().map(\.name) == ["sample"])
  }

  @Test("Opening it again keeps what is in it, and adds no second record of its making")
  func reopening() throws {
    try makeSampleDatabase(at: path)
    try makeSampleDatabase(at: path)
    let database = try RunDatabase(path: path, for: .record)
    let other = try RunDatabase(path: path, for: .read)
    #expect(try database.runs().map(\.stepCount) == [3, 3])
    #expect(try other.runs().map(\.stepCount) == [3, 3])
    #expect(try database.integer("SELECT count(*) FROM migration") == Migration.all.count)
  }

  @Test("When the last recorder has closed it, it is one file")
  func oneFile() throws {
    try makeSampleDatabase(at: path)
    #expect(try folder.names() == ["runs.db"])
  }

  @Test("Reading does not change its bytes")
  func reading() throws {
    try makeSampleDatabase(at: path)
    let bytes = try folder.bytes("runs.db")
    do {
      let database = try RunDatabase(path: path, for: .read)
      let run = try database.run("sample")
      #expect(try SampleRun.checkedStepCount(of: run, in: database) == 3)
    }
    #expect(try folder.bytes("runs.db") == bytes)
  }

  @Test("A database opened for reading refuses records")
  func readOnly() throws {
    try makeSampleDatabase(at: path)
    let database = try RunDatabase(path: path, for: .read)
    let error = try storeError {
      _ = try RunRecorder(database: database, run: NewRun(name: "refused"))
    }
    #expect(error.kind == .cannotCreate)
    #expect(error.description.contains(path))
    #expect(try database.runs().map(\.name) == ["sample"])
  }

  @Test(
    "A name that SQLite could take for something else is a file's name",
    arguments: ["a b.db", "100%?x#.db", ":memory:", "file:x?mode=memory", "é🧪.db"])
  func names(name: String) throws {
    try makeSampleDatabase(at: folder.file(name))
    #expect(try folder.names() == [name])
    #expect(try RunDatabase(path: folder.file(name), for: .read).run("sample").stepCount == 3)
  }
}
