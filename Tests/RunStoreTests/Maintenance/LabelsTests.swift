import RunModel
import RunStore
import TestSupport
import Testing

@Suite("Names, tags and notes of a run")
struct LabelsTests {
  let folder: TemporaryFolder
  let database: RunDatabase

  init() throws {
    folder = try TemporaryFolder()
    try makeSampleDatabase(at: folder.file("runs.db"))
    try makeSampleDatabase(at: folder.file("runs.db"))
    database = try RunDatabase(path: folder.file("runs.db"), for: .record)
    try database.rename(database.run("latest"), to: "other")
  }

  @Test("A run goes by its new name, and the other one by its own")
  func rename() throws {
    let run = try database.run("sample")
    try database.rename(run, to: "'; DROP TABLE run; --")
    #expect(try database.run("'; DROP TABLE run; --").uuid == run.uuid)
    #expect(try database.runs().map(\.name) == ["'; DROP TABLE run; --", "other"])
  }

  @Test("A reserved name is refused", arguments: ["", "latest", "latest~3"])
  func reserved(name: String) throws {
    let run = try database.run("sample")
    #expect(try storeError { try database.rename(run, to: name) }.kind == .misuse)
    #expect(try database.run(run.uuid).name == "sample")
  }

  @Test("Tags are set, replaced and removed together")
  func tags() throws {
    let run = try database.run("sample")
    #expect(run.tags == ["kind": "sample"])
    try database.setTags(of: run, to: ["kind": "new", "a": "", "é\0b": "x"])
    #expect(try database.run("sample").tags == ["kind": "new", "a": "", "é\0b": "x"])
    let changes: [String: String?] = ["kind": nil, "nothing": nil, "c": "d"]
    try database.setTags(of: run, to: changes)
    #expect(try database.run("sample").tags == ["a": "", "é\0b": "x", "c": "d"])
    #expect(try database.run("other").tags == ["kind": "sample"])
  }

  @Test("A note is written, replaced and removed")
  func note() throws {
    let run = try database.run("sample")
    #expect(run.note == nil)
    for note in ["first", "second\nline", nil] as [String?] {
      try database.setNote(of: run, to: note)
      #expect(try database.run("sample").note == note)
    }
    #expect(try database.run("other").note == nil)
  }
}
