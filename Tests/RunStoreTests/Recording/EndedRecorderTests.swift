import RunModel
import RunStore
import SQLite
import TestSupport
import Testing

@Suite("A recorder that has ended its run")
struct EndedRecorderTests {
  /// The ways to end.
  enum Ending: String, CaseIterable, Sendable {
    case finished, interrupted, abandoned

    func end(_ recorder: RunRecorder) throws {
      switch self {
      case .finished: try recorder.end(.finished)
      case .interrupted: try recorder.interrupt(reason: "Stopped.")
      case .abandoned: recorder.abandon(reason: "Given up.")
      }
    }
  }

  let folder: TemporaryFolder
  let database: RunDatabase
  let recorder: RunRecorder

  init() throws {
    folder = try TemporaryFolder()
    database = try RunDatabase(path: folder.file("runs.db"), for: .record)
    recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    try recorder.recordSample(0)
  }

  @Test(
    "It refuses steps, checkpoints and another end, and the run stays", arguments: Ending.allCases)
  func refusal(ending: Ending) throws {
    try ending.end(recorder)
    let contents = try database.contents()
    for use in [
      { try recorder.record(SampleRun.step(1)) }, { try recorder.record(SampleRun.checkpoint(1)) },
      { try recorder.end(.finished) }, { try recorder.interrupt(reason: "Again.") },
    ] {
      let error = try storeError(nil, use)
      #expect(error.kind == .misuse)
      #expect(
        error.description.hasPrefix("Run \(recorder.uuid.prefix(8)) has ended"))
    }
    recorder.abandon(reason: "Again.")
    #expect(try database.contents() == contents)
  }

  @Test("It gave up the run although that could not be written: it records no more")
  func unwrittenAbandon() throws {
    let other = try RunDatabase(path: database.path, for: .record)
    try database.connection.run("PRAGMA busy_timeout = 1")
    try other.connection.transaction { recorder.abandon(reason: "Given up.") }
    #expect(try database.run("run").status == .running)
    #expect(try storeError { try recorder.end(.finished) }.kind == .misuse)
  }

  @Test(
    "Moments and evaluations after it are a mistake of the program", arguments: Ending.allCases,
    [true, false])
  func mistake(ending: Ending, isMoment: Bool) async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { [path = folder.file("other.db") as String, ending = ending.rawValue as String, isMoment] in
      let database = try RunDatabase(path: path, for: .record)
      let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
      try Ending(rawValue: ending)?.end(recorder)
      if isMoment {
        recorder.recordSampleMoments(0)
      } else {
        recorder.record(SampleRun.evaluation(0))
      }
    }
    let output = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(output.contains("has ended and cannot record more"))
  }
}
