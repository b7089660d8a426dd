import RunModel
@testable import RunStore
import SQLite
import TestSupport
import Testing

/// A limit on the pages of the file stands for a full disk: SQLite answers with the same error.
@Suite("A write that seals blocks on a full disk")
struct FailedSealingTests {
  @Test(
    "Leaves what was written, wherever it fails, and is whole with what came since once there is room"
  )
  func tryAgain() throws {
    let folder = try TemporaryFolder()
    let database = try RunDatabase(path: folder.file("runs.db"), for: .record)
    let reader = try RunDatabase(path: database.path, for: .read)
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    // The first block that the write completes is partly in the file.
    try MadeSeries.record(0..<100, recorder, atOnce: 100)
    try MadeSeries.record(100..<260, recorder)
    var limit = try #require(try database.integer("PRAGMA page_count"))
    var (failures, newestStep) = (0, 260)
    while true {
      try database.connection.run("PRAGMA max_page_count = \(limit)")
      do {
        try recorder.flush()
        break
      } catch let error as StoreError {
        #expect(error.kind == .inputOutput)
      }
      (failures, limit) = (failures + 1, limit + 1)
      #expect(try reader.run("run").stepCount == 100)
      try MadeSeries.record(newestStep..<newestStep + 3, recorder)
      newestStep += 3
    }
    #expect(failures > 2)
    try MadeSeries.expect(0..<newestStep, in: reader)
    try recorder.end(.finished)
    try database.expectSound()
    #expect(
      try database.integer(
        "SELECT count(*) FROM moment WHERE length(mean) = 0 AND step < 256")
        == database.integer(
          "SELECT count(*) FROM moment JOIN site ON site.id = site WHERE width > 1 AND step < 256"
        ))
  }
}
