import Migrations
import RunModel
import RunStore
import SQLite
import TestSupport
import Testing

@Suite("The trash")
struct TrashTests {
  let folder: TemporaryFolder
  let database: RunDatabase

  init() throws {
    folder = try TemporaryFolder()
    database = try RunDatabase(path: folder.file("runs.db"), for: .record)
    for name in ["one", "two", "three"] {
      let recorder = try RunRecorder(database: database, run: NewRun(name: name, tags: ["a": name]))
      try SampleTraining.recordToEnd(0..<15, recorder)
      try recorder.end(.finished)
    }
    // What later versions fill.
    try database.connection.execute(
      """
      INSERT INTO rollup (site, block_steps, block, step_count, count, non_finite_count, mean, variance)
        SELECT id, 2, 0, 2, 16, 0, zeroblob(4 * width), zeroblob(4 * width) FROM site;
      INSERT INTO sealed (site, step, vector, unit, bits) SELECT id, -128, 1, 0, x'07' FROM site
      """)
  }

  func names(inTrash: Bool = false) throws -> [String] {
    try database.runs(inTrash: inTrash).map(\.name)
  }

  @Test("A run in the trash is found only there, and latest is the newest of the others")
  func delete() throws {
    let run = try database.run("three")
    try database.delete([run])
    #expect(try names() == ["one", "two"])
    #expect(try names(inTrash: true) == ["three"])
    #expect(try database.run("latest").name == "two")
    #expect(try database.run("latest~1").name == "one")
    #expect(try database.run("latest", inTrash: true).name == "three")
    #expect(try database.run(run.shortID, inTrash: true).deletedAt != nil)
    for reference in ["three", run.uuid] {
      let error = try storeError { _ = try database.run(reference) }
      #expect(error.kind == .unknownRun && error.remedy == .restoreRun)
    }
    let error = try storeError { _ = try database.run("one", inTrash: true) }
    #expect(error.kind == .unknownRun && error.description.contains("is not in the trash"))
    let unknown = try storeError { _ = try database.run("nobody", inTrash: true) }
    #expect(unknown.kind == .unknownRun && unknown.description.contains("the trash of"))
  }

  @Test("A run that was restored has everything that it had")
  func restore() throws {
    let before = try database.contents()
    try database.delete([database.run("one"), database.run("two")])
    #expect(try database.contents() != before)
    try database.restore(database.runs(inTrash: true))
    #expect(try database.contents() == before)
    #expect(try names() == ["one", "two", "three"])
  }

  @Test("A purged run leaves no row behind, and the others have all of theirs")
  func purge() throws {
    let tables = ["run"] + RunTable.all.map(\.name)
    let before = try tables.map { try database.rows(of: $0).count }
    try database.delete([database.run("two")])
    try database.purge(database.run("two", inTrash: true))
    let after = try tables.map { try database.rows(of: $0).count }
    #expect(after == before.map { $0 / 3 * 2 })
    #expect(after.allSatisfy { $0 > 0 })
    #expect(try names() == ["one", "three"] && names(inTrash: true).isEmpty)
    try database.expectIntegrity()
  }

  @Test("A run outside the trash is not purged")
  func purgeOutside() throws {
    let before = try database.contents()
    let run = try database.run("two")
    try database.purge(run)
    try database.delete([run])
    let trashed = try database.run("two", inTrash: true)
    try database.restore([trashed])
    try database.purge(trashed)
    #expect(try database.contents() == before)
  }

  @Test("A run that a process records is not deleted, nor are others in the same call")
  func live() throws {
    let recorder = try RunRecorder(database: database, run: NewRun(name: "live"))
    try recorder.recordSample(0)
    let runs = try [database.run("one"), database.run("live")]
    let error = try storeError { try database.delete(runs) }
    #expect(error.kind == .busy && error.description.contains(runs[1].shortID))
    #expect(try names().count == 4)
    try recorder.interrupt(reason: "Stopped.")
    try database.delete(runs)
    #expect(try names() == ["two", "three"])
  }

  @Test("A run whose process is gone can be deleted")
  func gone() throws {
    _ = try RunRecorder(database: database, run: NewRun(name: "killed"))
    // No process has that id, as Linux gives smaller ones.
    try database.connection.run("UPDATE run SET process_id = 4194304 WHERE name = 'killed'")
    try database.delete([database.run("killed")])
    #expect(try names(inTrash: true) == ["killed"])
  }
}
