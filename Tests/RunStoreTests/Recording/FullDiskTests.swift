import RunModel
import RunStore
import SQLite
import TestSupport
import Testing

/// A limit on the pages of the file stands for a full disk: SQLite answers with the same error.
@Suite("A full disk")
struct FullDiskTests {
  let folder: TemporaryFolder
  let database: RunDatabase
  let recorder: RunRecorder
  /// How many steps were written before the disk was full.
  let written: Int
  /// What recording on then threw.
  let error: StoreError

  init() throws {
    folder = try TemporaryFolder()
    let database = try RunDatabase(path: folder.file("runs.db"), for: .record)
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    try database.connection.run("PRAGMA max_page_count = 16")
    var step = 0
    error = try storeError {
      while step < 100_000 {
        try recorder.recordSample(step)
        step += 1
      }
    }
    written = try database.run("run").stepCount
    self.database = database
    self.recorder = recorder
  }

  func makeRoom() throws { try database.connection.run("PRAGMA max_page_count = 10000") }

  @Test("It is said to be one, with the file")
  func description() {
    #expect(error.kind == .inputOutput)
    #expect(
      error.description
        == "The disk is full: \(database.path) could not be written; what was recorded before is intact."
    )
  }

  @Test("Every step that was written before can be read, and nothing half")
  func intact() throws {
    #expect(written > 0)
    let reader = try RunDatabase(path: database.path, for: .read)
    #expect(try SampleRun.checkedStepCount(of: reader.run("run"), in: reader) == written)
    try reader.expectIntegrity()
  }

  @Test("The run can be marked as failed while the disk still is full")
  func abandonNow() throws {
    recorder.abandon(reason: error.description)
    try database.expectFailedRun(because: error, stepCount: written)
  }

  @Test("Marked as failed when there is room again, the run has what waited")
  func abandonLater() throws {
    try makeRoom()
    recorder.abandon(reason: error.description)
    let run = try database.run("run")
    #expect(run.status == .failed && run.droppedStepCount == 0)
    #expect(try SampleRun.checkedStepCount(of: run, in: database) > written)
  }

  @Test("Pending records are written when there is room again")
  func goOn() throws {
    try makeRoom()
    try recorder.end(.finished)
    let run = try database.run("run")
    #expect(run.status == .finished)
    #expect(try SampleRun.checkedStepCount(of: run, in: database) > written)
    try database.expectIntegrity()
  }
}
