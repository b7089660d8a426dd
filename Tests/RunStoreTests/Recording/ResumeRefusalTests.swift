import Glibc
import RunModel
import RunStore
import SQLite
import TestSupport
import Testing

@Suite("Resuming refused")
struct ResumeRefusalTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("runs.db")
  }

  @Test("A run that a living process records is not taken from it, whatever was read before")
  func busy() throws {
    let (database, run) = try SampleTraining.makeInterrupted(at: path)
    let first = try SampleTraining.resume(run, from: 10, in: database)
    let contents = try database.contents()
    let other = try RunDatabase(path: path, for: .record)
    let error = try storeError { _ = try SampleTraining.resume(run, from: 10, in: other) }
    #expect(error.kind == .busy)
    #expect(
      error.description
        == "Run \(run.shortID) in \(path) is being recorded by process \(getpid()); "
        + "resume it when that has stopped.")
    #expect(try database.contents() == contents)
    try first.recordSample(10)
    try first.end(.finished)
    #expect(try SampleTraining.resume(run, from: 10, in: other).uuid == run.uuid)
  }

  /// What can be wrong with resuming a run of 15 steps from its checkpoint.
  enum Mistake: CaseIterable, Sendable {
    case noSuchCheckpoint, negativeStep, configuration, provenance, deletedRun, otherDatabase

    var kind: StoreError.Kind {
      switch self {
      case .noSuchCheckpoint, .negativeStep, .configuration, .provenance: .misuse
      case .deletedRun, .otherDatabase: .unknownRun
      }
    }
  }

  @Test(
    "A mistake is an error that says what it is, and nothing changes", arguments: Mistake.allCases)
  func mistakes(mistake: Mistake) throws {
    var (database, run) = try SampleTraining.makeInterrupted(at: path)
    var said = run.uuid
    switch mistake {
    case .noSuchCheckpoint:
      said =
        "\(run.shortID) in \(path) has no checkpoint of step 11; it has checkpoints of steps 10."
    case .negativeStep: said = "cannot be resumed at step -1; steps count from 0."
    case .configuration, .provenance: said = "must be JSON objects, got: []."
    case .deletedRun: try database.connection.run("DELETE FROM run")
    case .otherDatabase:
      // Its run has the same row id.
      try makeSampleDatabase(at: folder.file("other.db"), steps: 10)
      database = try RunDatabase(path: folder.file("other.db"), for: .record)
    }
    let contents = try database.contents()
    let error = try storeError {
      _ = try RunRecorder(
        database: database, resuming: run,
        from: mistake == .noSuchCheckpoint ? 11 : mistake == .negativeStep ? -1 : 10,
        requiresCheckpoint: mistake == .noSuchCheckpoint,
        configuration: mistake == .configuration ? "[]" : "{}",
        provenance: mistake == .provenance ? "[]" : "{}")
    }
    #expect(error.kind == mistake.kind)
    #expect(error.description.contains(said))
    #expect(try database.contents() == contents)
  }

  @Test("A run without checkpoints says so")
  func noCheckpoints() throws {
    let database = try RunDatabase(path: path, for: .record)
    try RunRecorder(database: database, run: SampleTraining.new).end(.finished)
    let error = try storeError {
      _ = try RunRecorder(
        database: database, resuming: database.run("run"), from: 0, requiresCheckpoint: true)
    }
    #expect(error.kind == .misuse)
    #expect(error.description.hasSuffix("has no checkpoint of step 0; it has none."))
  }

  @Test(
    "An error in the middle leaves the run as it was, to be resumed later",
    arguments: [
      "UPDATE ON main.run", "DELETE ON main.step", "DELETE ON main.moment", "DELETE ON main.site",
    ])
  func halfWay(event: String) throws {
    let (database, run) = try SampleTraining.makeInterrupted(at: path)
    let contents = try database.contents()
    try database.connection.execute(
      "CREATE TEMP TRIGGER refusal AFTER \(event) BEGIN SELECT RAISE(ABORT, 'not now'); END")
    let error = try storeError { _ = try SampleTraining.resume(run, from: 10, in: database) }
    #expect(error.description.contains("not now"))
    #expect(try database.contents() == contents)
    try database.connection.execute("DROP TRIGGER refusal")
    let recorder = try SampleTraining.resume(run, from: 10, in: database)
    try SampleTraining.recordToEnd(10..<30, recorder)
    try recorder.end(.finished)
    #expect(try SampleTraining.timelessContents(database) == SampleTraining.contentsInOneGo())
  }
}
