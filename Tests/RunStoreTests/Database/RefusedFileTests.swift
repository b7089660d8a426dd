import Migrations
import RunModel
import RunStore
import SQLite
import TestSupport
import Testing

@Suite("Files that are refused")
struct RefusedFileTests {
  /// A file that is no database of ours, or none that this version can use.
  enum RefusedFile: String, CaseIterable, Sendable {
    case text, twoLetters, randomBytes, zeros, magicOnly
    case otherApplication, otherApplicationWithLog, withoutApplication
    case newer, editedScript, missingScript, missingTables, versionZero

    var kind: StoreError.Kind { self == .newer ? .newerSchema : .badDatabase }

    var isOurs: Bool {
      switch self {
      case .newer, .editedScript, .missingScript, .versionZero: true
      default: false
      }
    }

    /// Whether nothing in it is a sign of ours.
    var isForeign: Bool { !isOurs && self != .missingTables }

    /// What is done to an empty file, or to a database of ours, to make it; nil where it is no SQLite file.
    var script: String? {
      switch self {
      case .text, .twoLetters, .randomBytes, .zeros, .magicOnly: nil
      case .otherApplication: "CREATE TABLE t (a); PRAGMA application_id = 1196444487"
      case .otherApplicationWithLog:
        "PRAGMA journal_mode = WAL; CREATE TABLE t (a); PRAGMA application_id = 1"
      case .withoutApplication: "CREATE TABLE run (id INTEGER PRIMARY KEY)"
      case .newer: "PRAGMA user_version = \(Migration.latestVersion + 1)"
      case .editedScript: "UPDATE migration SET script = replace(script, 'TEXT', 'text')"
      case .missingScript: "DELETE FROM migration"
      case .missingTables:
        "PRAGMA application_id = \(SchemaMigrator.applicationID); PRAGMA user_version = 1"
      case .versionZero: "PRAGMA user_version = 0"
      }
    }

    var bytes: [UInt8] {
      switch self {
      case .text: Array("step,loss\n0,2.3\n".utf8)
      case .twoLetters: Array("db".utf8)
      case .zeros: Array(repeating: 0, count: 8192)
      case .magicOnly: Array("SQLite format 3\0".utf8)
      default:
        (0..<8192).map { UInt8(truncatingIfNeeded: ($0 &* 0x9E37_79B9) >> 13) }
      }
    }
  }

  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("runs.db")
  }

  @Test(
    "A file that is not ours, or not of a known version, is refused and left as it was",
    arguments: RefusedFile.allCases, [RunDatabase.Access.read, .record])
  func refused(file: RefusedFile, access: RunDatabase.Access) throws {
    if let script = file.script {
      if file.isOurs { try makeSampleDatabase(at: path) }
      try Connection(path: path, access: .create).execute(script)
    } else {
      try folder.write(file.bytes, to: "runs.db")
    }
    let before = try folder.contents()
    #expect(before.keys.sorted() == ["runs.db"])
    let error = try storeError { _ = try RunDatabase(path: path, for: access) }
    #expect(error.kind == file.kind)
    #expect(error.description.contains(path))
    if file.isForeign {
      #expect(error.description == "\(path) is not a Normscope database.")
      #expect(error.remedy == .nameDatabase)
    }
    #expect(try folder.contents() == before)
  }

  @Test(
    "A file that another application left in the middle of its work is not tidied up for it",
    arguments: [RunDatabase.Access.read, .record])
  func foreignLog(access: RunDatabase.Access) throws {
    let origin = folder.file("origin.db")
    let connection = try Connection(path: origin, access: .create)
    try connection.execute(
      "PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1)")
    // Copied while it is open, as a killed program would leave it.
    let copy = try TemporaryFolder()
    try copy.write(folder.bytes("origin.db"), to: "runs.db")
    try copy.write(folder.bytes("origin.db-wal"), to: "runs.db-wal")
    let before = try copy.contents()
    let error = try storeError { _ = try RunDatabase(path: copy.file("runs.db"), for: access) }
    #expect(error.kind == .badDatabase)
    let after = try copy.contents()
    for name in ["runs.db", "runs.db-wal"] { #expect(after[name] == before[name]) }
  }

  @Test("A newer file is refused with both versions named")
  func newer() throws {
    try makeSampleDatabase(at: path)
    try Connection(path: path, access: .readWrite).execute("PRAGMA user_version = 4711")
    let error = try storeError { _ = try RunDatabase(path: path, for: .read) }
    #expect(error.description.contains("schema version 4711"))
    #expect(error.description.contains("versions up to \(Migration.latestVersion);"))
  }

  @Test("An edited script is named by its number")
  func editedScript() throws {
    try makeSampleDatabase(at: path)
    try Connection(path: path, access: .readWrite).execute(
      "UPDATE migration SET script = script || ' '")
    let error = try storeError { _ = try RunDatabase(path: path, for: .record) }
    #expect(error.description.contains("schema script 1 "))
  }

  @Test("A missing file is not made by reading")
  func missing() throws {
    let error = try storeError { _ = try RunDatabase(path: path, for: .read) }
    #expect(error.kind == .missingDatabase)
    #expect(error.description.contains(path))
    #expect(try folder.names() == [])
  }

  @Test("A file without bytes has nothing to read, and stays so")
  func zeroLength() throws {
    try folder.write([], to: "runs.db")
    #expect(try storeError { _ = try RunDatabase(path: path, for: .read) }.kind == .badDatabase)
    #expect(try folder.contents() == ["runs.db": []])
  }

  @Test("A folder is no database", arguments: [RunDatabase.Access.read, .record])
  func folderAsFile(access: RunDatabase.Access) throws {
    for path in [folder.path, folder.path + "/", "/"] {
      let error = try storeError { _ = try RunDatabase(path: path, for: access) }
      #expect(error.kind == .badDatabase)
      #expect(error.description == "\(path) is a folder; name a database file.")
    }
    #expect(try folder.names() == [])
  }

  @Test("No file is made in a missing folder, or inside a file")
  func missingFolder() throws {
    try folder.write("text", to: "file")
    for path in [folder.file("missing/runs.db"), folder.file("file/runs.db"), ""] {
      let error = try storeError { _ = try RunDatabase(path: path, for: .record) }
      #expect(error.kind == .cannotCreate)
      #expect(error.description.contains(path))
      #expect(
        try storeError { _ = try RunDatabase(path: path, for: .read) }.kind == .missingDatabase)
    }
    #expect(try folder.names() == ["file"])
  }

  @Test(
    "Nor is one with a journal mended for it", arguments: [RunDatabase.Access.read, .record])
  func foreignJournal(access: RunDatabase.Access) throws {
    let connection = try Connection(path: folder.file("origin.db"), access: .create)
    try connection.execute(
      "CREATE TABLE t (a); INSERT INTO t VALUES (zeroblob(100000)); PRAGMA cache_size = 1")
    let copy = try TemporaryFolder()
    try connection.transaction {
      // What does not fit into the cache is written before it is committed.
      try connection.execute("UPDATE t SET a = randomblob(100000)")
      for suffix in ["", "-journal"] {
        try copy.write(folder.bytes("origin.db" + suffix), to: "runs.db" + suffix)
      }
    }
    let before = try copy.contents()
    let error = try storeError { _ = try RunDatabase(path: copy.file("runs.db"), for: access) }
    #expect(error.kind == .badDatabase)
    #expect(error.description.contains("in the middle of a write by another program"))
    #expect(try copy.contents() == before)
  }

  @Test("A file whose maker was killed in its first write is empty, and is made anew")
  func killedMaker() throws {
    let disk = try FaultyDisk()
    disk.fail(.delete, number: 1, lasts: true)
    #expect(throws: StoreError.self) {
      try RunDatabase(path: path, for: .record, durability: .process, vfs: disk.name)
    }
    #expect(try folder.names() == ["runs.db", "runs.db-journal"])
    let before = try folder.contents()
    #expect(try storeError { _ = try RunDatabase(path: path, for: .read) }.kind == .badDatabase)
    #expect(try folder.contents() == before)
    try makeSampleDatabase(at: path)
    #expect(try RunDatabase(path: path, for: .read).run("sample").stepCount == 3)
  }
}
