import FoundationEssentials
import TestSupport
import Testing

@Suite("Commands that write a file keep what must stay")
struct OutputTests {
  let place: RecordedFolder

  init() throws {
    place = try RecordedFolder()
    try place.normscope([
      "record", "--layers", "4", "--steps", "3", "--probe", "0", "--name", "one",
    ])
  }

  func expectRefused(
    _ arguments: [String], exitCode: Int32 = 73, _ part: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    expectOneSentence(
      try place.attempt(arguments), exitCode: exitCode, containing: part,
      sourceLocation: sourceLocation)
    #expect(
      try place.normscope(["runs", "list", "--format", "csv"]).output.split(separator: "\n").count
        == 2)
    try place.normscope(["db", "check"])
  }

  @Test(
    "The database is not replaced by what any command writes",
    arguments: ["runs.db", "runs.db-wal", "./runs.db"])
  func database(name: String) throws {
    for format in ["html", "csv", "json"] {
      try expectRefused(["export", "one", "--format", format, "-o", name], "database")
    }
    try expectRefused(["record", "--steps", "1", "--save-initial", name], "database")
    try expectRefused(["demo", "--db", "runs.db", "--output", name], "database")
    for option in [[], ["--overwrite"]] {
      try expectRefused(["db", "backup", name] + option, "database")
    }
  }

  @Test("The database that is still to be made is not replaced either")
  func newDatabase() throws {
    for arguments in [
      ["record", "--steps", "1", "--db", "new.db", "--save-initial", "new.db"],
      ["record", "--steps", "1", "--db", "new.db", "--save-initial", "new.db-wal"],
      ["demo", "--db", "new.db", "--output", "new.db"],
    ] {
      try expectRefused(arguments, "database")
      #expect(!FileManager.default.fileExists(atPath: place.folder.file("new.db")))
    }
  }

  @Test("Another database is replaced by a backup alone")
  func otherDatabase() throws {
    try place.normscope([
      "record", "--layers", "4", "--steps", "2", "--probe", "0", "--name", "two", "--db",
      "other.db",
    ])
    try expectRefused(["export", "one", "--format", "json", "-o", "other.db"], "SQLite")
    try expectRefused(["demo", "--db", "demo.db", "--output", "other.db"], "SQLite")
    try expectRefused(["db", "backup", "other.db"], "--overwrite")
    #expect(try place.normscope(["runs", "--db", "other.db"]).output.contains("two"))
    try place.normscope(["db", "backup", "other.db", "--overwrite"])
    #expect(try place.normscope(["runs", "--db", "other.db"]).output.contains("one"))
  }

  @Test("An input of a recording is not replaced by its output")
  func inputs() throws {
    let table = "a,b,label\n" + (0..<100).map { "\($0),1,\($0 % 2)\n" }.joined()
    try place.folder.write(table, to: "table.csv")
    try place.folder.write(#"{"layers": [4], "steps": 1, "data": "./table.csv"}"#, to: "run.json")
    let record = ["record", "--config", "run.json", "--db", "new.db", "--batch-size", "8"]
    try place.normscope(record + ["--save-initial", "start.safetensors"])
    let start = try place.bytes(of: "start.safetensors")
    for name in ["run.json", "table.csv", "start.safetensors"] {
      try expectRefused(
        record + ["--init-from", "start.safetensors", "--save-initial", name],
        "an input of the command")
    }
    #expect(try place.bytes(of: "start.safetensors") == start)
    #expect(try place.bytes(of: "table.csv") == Array(table.utf8))
  }

  @Test(
    "A dash and /dev/stdout are standard output, unless that has the answer",
    arguments: ["-", "/dev/stdout"])
  func standardOutput(path: String) throws {
    try place.normscope(["export", "one", "--format", "json", "-o", "one.json"])
    let run = try place.normscope(["export", "one", "--format", "json", "-o", path])
    #expect(try Array(run.output.utf8) == place.bytes(of: "one.json"))
    try expectRefused(
      ["record", "--steps", "1", "--save-initial", path], exitCode: 64, "standard output")
    try expectRefused(
      ["demo", "--db", "demo.db", "--output", path], exitCode: 64, "standard output")
    try expectRefused(["db", "backup", path], "cannot hold a database")
    #expect(!FileManager.default.fileExists(atPath: place.folder.file("-")))
  }

  @Test("A backup has the permissions of its database, and one that it replaces keeps its own")
  func permissions() throws {
    func mode(of name: String) throws -> Int? {
      try FileManager.default.attributesOfItem(atPath: place.folder.file(name))[.posixPermissions]
        as? Int
    }
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o600], ofItemAtPath: place.folder.file("runs.db"))
    try place.normscope(["db", "backup", "copy.db"])
    #expect(try mode(of: "copy.db") == 0o600)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o640], ofItemAtPath: place.folder.file("copy.db"))
    try place.normscope(["db", "backup", "copy.db", "--overwrite"])
    #expect(try mode(of: "copy.db") == 0o640)
  }
}
