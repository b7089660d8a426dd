import FoundationEssentials
import RunModel
import RunStore
import SQLite
import TestSupport
import Testing

@Suite("Backups")
struct DatabaseCopyTests {
  let folder: TemporaryFolder
  let path: String
  let copyPath: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("runs.db")
    copyPath = folder.file("copy.db")
    try makeSampleDatabase(at: path, steps: 40)
  }

  @Test("A backup has every row, and is recorded into on its own")
  func backup() throws {
    let database = try RunDatabase(path: path, for: .read)
    try database.backUp(to: copyPath)
    #expect(try !folder.names().contains { $0.contains("partial") })
    let copy = try RunDatabase(path: copyPath, for: .record)
    #expect(try copy.contents() == database.contents())
    try copy.expectIntegrity()
    try copy.recorded { try $0.recordSample(0) }.reader.expectIntegrity()
    #expect(try database.runs().count == 1 && copy.runs().count == 2)
  }

  @Test("It is taken between two writes of a recorder, which goes on")
  func whileRecording() throws {
    let database = try RunDatabase(path: path, for: .record)
    let recorder = try RunRecorder(database: database, run: NewRun(name: "live"))
    let reader = try RunDatabase(path: path, for: .read)
    let roundSteps = RunRecorder.flushSteps + 50
    for round in 0..<4 {
      for step in 0..<roundSteps { try recorder.recordSample(round * roundSteps + step) }
      try reader.backUp(to: copyPath, overwriting: round > 0)
      let copy = try RunDatabase(path: copyPath, for: .read)
      let count = try SampleRun.checkedStepCount(of: copy.run("live"), in: copy)
      // Its recorder records into the other file.
      #expect(try copy.run("live").status == .interrupted)
      #expect(try database.run("live").status == .running)
      #expect(count > round * roundSteps && count <= (round + 1) * roundSteps)
      try copy.expectIntegrity()
    }
    try recorder.end(.finished)
    #expect(try SampleRun.checkedStepCount(of: reader.run("live"), in: reader) == 4 * roundSteps)
  }

  @Test("A file that is there is left alone unless it is to be overwritten")
  func existing() throws {
    try folder.write("precious", to: "copy.db")
    let database = try RunDatabase(path: path, for: .read)
    let error = try storeError { try database.backUp(to: copyPath) }
    #expect(error.kind == .cannotCreate && error.remedy == .overwrite)
    #expect(try folder.bytes("copy.db") == Array("precious".utf8))
    try database.backUp(to: copyPath, overwriting: true)
    #expect(try RunDatabase(path: copyPath, for: .read).runs().count == 1)
  }

  @Test("A database that somebody uses is not overwritten, one that was only read is")
  func used() throws {
    let database = try RunDatabase(path: path, for: .read)
    try database.backUp(to: copyPath)
    do {
      let used = try RunDatabase(path: copyPath, for: .record)
      try used.rename(used.run("sample"), to: "used")
      let error = try storeError { try database.backUp(to: copyPath, overwriting: true) }
      #expect(error.kind == .cannotCreate && error.description.contains("copy.db-wal"))
      #expect(try used.runs().map(\.name) == ["used"])
    }
    // A connection that only reads leaves an empty log behind.
    _ = try RunDatabase(path: copyPath, for: .read).runs()
    try database.backUp(to: copyPath, overwriting: true)
    #expect(try RunDatabase(path: copyPath, for: .read).runs().map(\.name) == ["sample"])
  }

  @Test("The database itself, a folder and a place that is not there are refused")
  func refused() throws {
    let database = try RunDatabase(path: path, for: .read)
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("link.db"), withDestinationPath: path)
    for place in [
      path, folder.path + "/./runs.db", folder.file("link.db"), folder.path,
      folder.file("no/copy.db"),
    ] {
      let error = try storeError { try database.backUp(to: place, overwriting: true) }
      #expect(error.kind == .cannotCreate)
    }
    #expect(try SampleRun.checkedStepCount(of: database.run("sample"), in: database) == 40)
  }

  @Test("A log without its database is not taken for the copy's")
  func strayLog() throws {
    try folder.write("stray", to: "copy.db-wal")
    let database = try RunDatabase(path: path, for: .read)
    #expect(try storeError { try database.backUp(to: copyPath) }.kind == .cannotCreate)
    #expect(try !folder.names().contains("copy.db"))
  }
}
