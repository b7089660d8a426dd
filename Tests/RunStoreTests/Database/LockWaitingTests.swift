import RunModel
@testable import RunStore
import SQLite
import TestSupport
import Testing

@Suite("A lock that another program holds")
struct LockWaitingTests {
  let folder: TemporaryFolder
  let path: String
  let database: RunDatabase

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("runs.db")
    database = try RunDatabase(path: path, for: .record)
    // So that a wait is many short ones.
    try database.connection.run("PRAGMA busy_timeout = 10")
  }

  /// Takes the lock, as another program does, and gives it back when `body` returns.
  func locked<Value>(_ body: (_ unlock: () throws -> Void) throws -> Value) throws -> Value {
    let other = try Connection(path: path, access: .readWrite)
    try other.beginWriting()
    return try body { try other.run("ROLLBACK") }
  }

  @Test("Delays a recorder, which keeps its steps and writes them when the lock is free")
  func delayed() throws {
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    try locked { unlock in
      for step in 0..<10 { try recorder.recordSample(step) }
      try recorder.beginFlush()
      for step in 10..<20 { try recorder.recordSample(step) }
      #expect(recorder.lastFlushedStep == nil)
      try unlock()
    }
    try recorder.end(.finished)
    let run = try database.run("run")
    #expect(run.status == .finished && run.droppedStepCount == 0)
    #expect(try SampleRun.checkedStepCount(of: run, in: database) == 20)
  }

  @Test("Ends a recorder with a time limit, which reports the dropped steps")
  func timeout() throws {
    let recorder = try RunRecorder(
      database: database, run: NewRun(name: "run"), waiting: LockWaiting(timeout: .milliseconds(50))
    )
    for step in 0..<5 { try recorder.recordSample(step) }
    try recorder.flush()
    let error = try locked { _ in
      for step in 5..<9 { try recorder.recordSample(step) }
      return try storeError { try recorder.flush() }
    }
    #expect(error.kind == .busy)
    recorder.abandon(reason: error.description)
    let run = try database.run("run")
    // The lock was free again, so nothing is lost.
    #expect(run.status == .failed && run.droppedStepCount == 0)
    #expect(try SampleRun.checkedStepCount(of: run, in: database) == 9)
  }

  @Test("A wait ends some seconds after the program was asked to stop, and is reported before")
  func stopping() throws {
    let said = Said()
    let waiting = LockWaiting(isStopping: { true }, report: { said.add("\($0)") })
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"), waiting: waiting)
    try locked { _ in
      try recorder.recordSample(0)
      #expect(try storeError { try recorder.flush() }.kind == .busy)
    }
    recorder.abandon(reason: "stopped")
    #expect(said.all.count == 1 && said.all[0].contains(path))
  }

  @Test("A notice says how long, which database and what happens")
  func notice() {
    let waits = RecordingNotice.waitsForLock(path: "a.db", waited: .milliseconds(5400))
    #expect(
      waits.description
        == "Another program has held the lock of a.db for 5 s; steps are kept in memory, and training waits once 1024 of them or 8 MiB are."
    )
    let grows = RecordingNotice.logGrows(path: "a.db", bytes: 600 << 20)
    #expect(
      grows.description.hasPrefix(
        "The log a.db-wal has grown to 600 MiB, because a program that reads"))
  }

  @Test("A long wait is reported after a while, and again later")
  func reports() throws {
    let said = Said()
    let waiting = LockWaiting(report: { said.add("\($0)") })
    let start = ContinuousClock.now
    // Refused until it was reported.
    try waiting.take(path: path) {
      guard said.all.isEmpty else { return }
      throw SQLiteError(code: .busy, message: "locked")
    }
    #expect(ContinuousClock.now - start >= .seconds(5))
    #expect(said.all.count == 1)
  }

  @Test("Commands that somebody waits for give up after ten seconds")
  func brief() {
    #expect(LockWaiting.brief.timeout == .seconds(10))
  }

  @Test("Other errors are not waited for")
  func otherErrors() {
    #expect(throws: SQLiteError.self) {
      try LockWaiting().take(path: path) { throw SQLiteError(code: .full, message: "full") }
    }
  }
}
