import RunModel
@testable import RunStore
import SQLite
import TestSupport
import Testing

@Suite("Compacting")
struct CompactTests {
  let folder: TemporaryFolder
  let database: RunDatabase

  init() throws {
    folder = try TemporaryFolder()
    database = try RunDatabase(path: folder.file("runs.db"), for: .record)
    for _ in 0..<2 {
      _ = try database.recorded { recorder in
        for step in 0..<2000 { try recorder.recordSample(step) }
      }
    }
  }

  @Test("The space of purged runs is freed, and the rest is unchanged")
  func compact() throws {
    try database.delete([database.run("latest")])
    try database.purge(database.run("latest", inTrash: true))
    // Moments are sealed, which `SealedRunTests` compare.
    func contents() throws -> [String: [String]] {
      try StoredRows(of: database.connection, without: []).tables.filter {
        !["moment", "affine", "sealed"].contains($0.key)
      }
    }
    let others = try contents()
    let (before, after) = try database.compact()
    #expect(after < before * 2 / 3)
    #expect(try folder.bytes("runs.db").count == after)
    #expect(try contents() == others)
    #expect(try SampleRun.checkedStepCount(of: database.run("latest"), in: database) == 2000)
    #expect(try database.info().freePageCount == 0)
    try database.expectIntegrity()
  }

  @Test("A database that a process records into is not compacted")
  func live() throws {
    let recorder = try RunRecorder(database: database, run: NewRun(name: "live"))
    let error = try storeError { _ = try database.compact() }
    #expect(error.kind == .busy)
    try recorder.end(.finished)
    _ = try database.compact()
  }
}
