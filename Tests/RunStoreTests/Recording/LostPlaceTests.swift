import FoundationEssentials
import Glibc
import RunModel
@testable import RunStore
import SQLite
import TestSupport
import Testing

@Suite("A database that does not stay in its place while it is recorded into")
struct LostPlaceTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("runs.db")
  }

  /// Records until `change` has been made and noticed, gives up, and closes the database.
  ///
  /// - Returns: what was thrown.
  func record(_ change: () throws -> Void) throws -> StoreError {
    let database = try RunDatabase(path: path, for: .record)
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    for step in 0..<10 { try recorder.recordSample(step) }
    try recorder.flush()
    try change()
    let error = try storeError {
      for step in 10..<20 { try recorder.recordSample(step) }
      try recorder.end(.finished)
    }
    recorder.abandon(reason: error.description)
    return error
  }

  func expectSaid(_ error: StoreError) {
    #expect(error.kind == .inputOutput)
    #expect(
      error.description.hasPrefix("The database \(path) was removed, renamed or replaced while"))
  }

  @Test("Removed, it is not finished")
  func removed() throws {
    expectSaid(try record { try folder.remove("runs.db") })
    #expect(try !folder.names().contains("runs.db"))
  }

  @Test("Renamed, it is whole under its new name, with a run that failed, and no log is left")
  func renamed() throws {
    let moved = folder.file("moved.db")
    expectSaid(try record { try FileManager.default.moveItem(atPath: path, toPath: moved) })
    #expect(try folder.names() == ["moved.db"])
    let database = try RunDatabase(path: moved, for: .read)
    try database.expectIntegrity()
    let run = try database.run("run")
    #expect(run.status == .failed && run.droppedStepCount == 10)
    #expect(try SampleRun.checkedStepCount(of: run, in: database) == 10)
  }

  @Test("Replaced by another database, that one stays as it is, with no log beside it")
  func replaced() throws {
    let other = folder.file("other.db")
    try makeSampleDatabase(at: other, steps: 5)
    let bytes = try #require(FileManager.default.contents(atPath: other))
    // As mv does.
    expectSaid(try record { _ = unsafe rename(other, path) })
    #expect(FileManager.default.contents(atPath: path) == bytes)
    #expect(try folder.names() == ["runs.db"])
  }

  @Test("Replaced together with its log, both stay as they are")
  func replacedWithLog() throws {
    let other = folder.file("other.db")
    try makeSampleDatabase(at: other, steps: 5)
    let own = try RunDatabase(path: other, for: .record)
    try own.rename(own.run("latest"), to: "in the log")
    let bytes = ["", "-wal"].map { FileManager.default.contents(atPath: other + $0) }
    expectSaid(
      try record {
        for suffix in ["", "-wal"] { _ = unsafe rename(other + suffix, path + suffix) }
      })
    #expect(["", "-wal"].map { FileManager.default.contents(atPath: path + $0) } == bytes)
    withExtendedLifetime(own) {}
  }

  @Test("A log that was removed is noticed")
  func removedLog() throws {
    expectSaid(try record { try folder.remove("runs.db-wal") })
    let database = try RunDatabase(path: path, for: .read)
    try database.expectIntegrity()
    #expect(try database.run("run").status == .failed)
  }

  @Test("The memory that goes with the log is missed too")
  func removedSharedMemory() throws {
    expectSaid(try record { try folder.remove("runs.db-shm") })
    let database = try RunDatabase(path: path, for: .read)
    try database.expectIntegrity()
    #expect(try database.run("run").status == .failed)
  }

  @Test("Replaced while a run is purged, the other database stays as it is, with no log beside it")
  func replacedDuringPurge() throws {
    let other = folder.file("other.db")
    try makeSampleDatabase(at: other, steps: 5)
    let bytes = try #require(FileManager.default.contents(atPath: other))
    try makeSampleDatabase(at: path, steps: 300)
    do {
      let database = try RunDatabase(path: path, for: .record)
      let writer = try database.writer
      (writer.sliceTime, writer.pauseMicroseconds) = (.zero, 0)
      var sliceCount = 0
      let outcome = Result {
        try writer.slices { breathe in
          for number in 0..<5 {
            try database.connection.run("UPDATE run SET note = ?", [.integer(number)])
            if number == 2 { _ = unsafe rename(other, path) }
            try breathe()
            sliceCount += 1
          }
        }
      }
      expectSaid(try storeError { try outcome.get() })
      #expect(sliceCount == 2)
    }
    #expect(FileManager.default.contents(atPath: path) == bytes)
    #expect(try folder.names() == ["runs.db"])
  }

  @Test(
    "A name of a file beside a database is no database",
    arguments: ["-wal", "-shm", "-journal", "-recorders"])
  func companionNames(suffix: String) throws {
    let error = try storeError { _ = try RunDatabase(path: path + suffix, for: .record) }
    #expect(error.kind == .cannotCreate && error.description.contains(suffix))
    #expect(try folder.names() == [])
  }

  @Test("Recording opens the existing file, behind any number of links")
  func links() throws {
    try FileManager.default.createDirectory(
      atPath: folder.file("real"), withIntermediateDirectories: false)
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("folder"), withDestinationPath: "real")
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("real/a.db"), withDestinationPath: "b.db")
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "folder/a.db")
    let database = try RunDatabase(path: path, for: .record)
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    try recorder.recordSample(0)
    try recorder.flush()
    // What is in the log alone is seen through the link and without it.
    for name in ["runs.db", "folder/a.db", "real/b.db"] {
      let reader = try RunDatabase(path: folder.file(name), for: .read)
      #expect(try reader.run("run").stepCount == 1)
      #expect(try reader.run("run").status == .running)
    }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.file("real")).sorted()
        == ["a.db", "b.db", "b.db-recorders", "b.db-shm", "b.db-wal"])
    try recorder.end(.finished)
  }

  @Test("A path is as long as SQLite takes it, or is refused for its length")
  func lengths() throws {
    var deep = folder.path
    while deep.utf8.count < 480 {
      deep += "/" + String(repeating: "d", count: min(100, 500 - deep.utf8.count))
      try FileManager.default.createDirectory(atPath: deep, withIntermediateDirectories: false)
    }
    for length in [503, 504, 505, 512, 600] {
      let path = deep + "/" + String(repeating: "f", count: length - deep.utf8.count - 1)
      if length <= DatabaseFile.longestPath {
        try makeSampleDatabase(at: path, steps: 3)
        #expect(try RunDatabase(path: path, for: .read).run("sample").stepCount == 3)
      } else {
        let error = try storeError { _ = try RunDatabase(path: path, for: .record) }
        #expect(error.kind == .cannotCreate && error.description.contains("is too long"))
        // A link to it is no shorter for SQLite.
        let link = folder.file("link-\(length)")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        #expect(
          try storeError { _ = try RunDatabase(path: link, for: .record) }.kind == .cannotCreate)
      }
    }
  }
}
