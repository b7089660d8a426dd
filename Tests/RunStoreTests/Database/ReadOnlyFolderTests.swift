import FoundationEssentials
import Glibc
import RunModel
import RunStore
import TestSupport
import Testing

/// A folder where nothing may be written; each test tries it in a process of its own that is not root's, whom
/// permissions would not bind.
@Suite("A read-only folder")
struct ReadOnlyFolderTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("runs.db")
    try makeSampleDatabase(at: path)
  }

  /// Gives up being root, for good; the other user of old is called nobody.
  static func becomeNobody() throws {
    guard getuid() == 0 else { return }
    try #require(setgid(65_534) == 0 && setuid(65_534) == 0)
  }

  @Test("A database that was closed in good order can be read, and no file appears")
  func reading() async throws {
    try folder.setPermissions(0o555)
    await #expect(processExitsWith: .success) { [path = path as String] in
      try ReadOnlyFolderTests.becomeNobody()
      let database = try RunDatabase(path: path, for: .read)
      #expect(try SampleRun.checkedStepCount(of: database.run("sample"), in: database) == 3)
      #expect(try database.evaluations(of: database.run("sample")).count == 1)
    }
    #expect(try folder.names() == ["runs.db"])
    try folder.setPermissions(0o755)
  }

  @Test("A database can be neither made nor written")
  func recording() async throws {
    try folder.setPermissions(0o555)
    try folder.setPermissions(0o444, of: "runs.db")
    let before = try folder.contents()
    await #expect(processExitsWith: .success) { [path = path as String] in
      try ReadOnlyFolderTests.becomeNobody()
      for path in [path, path + "-new"] {
        let error = try storeError { _ = try RunDatabase(path: path, for: .record) }
        #expect(error.kind == .cannotCreate)
        #expect(
          error.description.contains("check that its folder exists and that you may write there"))
      }
    }
    #expect(try folder.contents() == before)
    try folder.setPermissions(0o755)
  }

  @Test("A file of an earlier version is refused with what it needs")
  func older() async throws {
    try FileManager.default.copyItem(
      atPath: SchemaFixtureTests.path(ofVersion: 4), toPath: folder.file("old.db"))
    try folder.setPermissions(0o555)
    try folder.setPermissions(0o444, of: "old.db")
    await #expect(processExitsWith: .success) { [path = folder.file("old.db") as String] in
      try ReadOnlyFolderTests.becomeNobody()
      let error = try storeError { _ = try RunDatabase(path: path, for: .read) }
      #expect(error.kind == .cannotCreate)
      #expect(error.description.contains("has schema 4, which must be updated to"))
    }
    #expect(try folder.names().sorted() == ["old.db", "runs.db"])
    try folder.setPermissions(0o755)
  }

  @Test("A file that may not be read is not called damaged")
  func unreadable() async throws {
    try folder.setPermissions(0o000, of: "runs.db")
    await #expect(processExitsWith: .success) { [path = path as String] in
      try ReadOnlyFolderTests.becomeNobody()
      for access in [RunDatabase.Access.read, .record] {
        #expect(
          try storeError { _ = try RunDatabase(path: path, for: access) }.kind == .cannotCreate)
      }
    }
    try folder.setPermissions(0o644, of: "runs.db")
  }
}
