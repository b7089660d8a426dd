import Glibc
import RunModel
@testable import RunStore
import SQLite
import TestSupport
import Testing

@Suite("A process that is killed")
struct KillTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("runs.db")
  }

  /// Checks what a killed recorder left behind.
  ///
  /// - Returns: how many steps can be read.
  func expectWholeFile() throws -> Int {
    let database = try RunDatabase(path: path, for: .read)
    try database.expectIntegrity()
    let run = try database.run("victim")
    #expect(run.status == .interrupted)
    #expect(run.finishedAt == nil)
    let count = try SampleRun.checkedStepCount(of: run, in: database)
    #expect(run.stepCount == count)
    return count
  }

  @Test("Flushed steps are there, complete, and the run is interrupted")
  func betweenFlushes() async throws {
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let database = try RunDatabase(path: path, for: .record)
      let recorder = try RunRecorder(database: database, run: NewRun(name: "victim"))
      let stepCount = 3 * RunRecorder.flushSteps
      for step in 0..<stepCount { try recorder.recordSample(step) }
      recorder.recordSampleMoments(stepCount)
      kill(getpid(), SIGKILL)
    }
    // The kill left the log behind; a crash of the process is not one of the disk, so nothing in it is lost.
    #expect(try folder.names() == ["runs.db", "runs.db-recorders", "runs.db-shm", "runs.db-wal"])
    let count = try expectWholeFile()
    #expect(count >= 2 * RunRecorder.flushSteps && count <= 3 * RunRecorder.flushSteps)
  }

  @Test(
    "Killed at any moment, also in the middle of a write, it leaves whole steps",
    arguments: [3_000, 11_000, 23_000, 47_000, 95_000] as [UInt32])
  func anywhere(microseconds: UInt32) async throws {
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, microseconds] in
      let database = try RunDatabase(path: path, for: .record)
      let recorder = try RunRecorder(database: database, run: NewRun(name: "victim"))
      Task.detached {
        usleep(microseconds)
        kill(getpid(), SIGKILL)
      }
      var step = 0
      while true {
        try recorder.recordSample(step)
        step += 1
      }
    }
    _ = try expectWholeFile()
  }

  @Test("Killed inside a transaction, it leaves nothing of it")
  func insideTransaction() async throws {
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let database = try RunDatabase(path: path, for: .record)
      let recorder = try RunRecorder(database: database, run: NewRun(name: "victim"))
      for step in 0..<RunRecorder.flushSteps { try recorder.recordSample(step) }
      try recorder.flush()
      // What does not fit into the cache goes to the log before it is committed.
      try database.connection.run("PRAGMA cache_size = 1")
      try database.connection.transaction {
        try database.connection.run(
          """
          INSERT INTO moment SELECT NULL, site, step + 10000, 0, 0, zeroblob(100000), zeroblob(100000)
            FROM moment LIMIT 50
          """)
        try database.connection.run("DELETE FROM step")
        kill(getpid(), SIGKILL)
      }
    }
    #expect(try folder.bytes("runs.db-wal").count > 50 * 200_000)
    #expect(try expectWholeFile() == RunRecorder.flushSteps)
  }

  @Test("Another run can be recorded into the same file afterwards")
  func recordingOn() async throws {
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let database = try RunDatabase(path: path, for: .record)
      let recorder = try RunRecorder(database: database, run: NewRun(name: "victim"))
      for step in 0..<RunRecorder.flushSteps + 50 { try recorder.recordSample(step) }
      try recorder.flush()
      kill(getpid(), SIGKILL)
    }
    try makeSampleDatabase(at: path, steps: 10)
    #expect(try expectWholeFile() == RunRecorder.flushSteps + 50)
    let database = try RunDatabase(path: path, for: .read)
    #expect(try SampleRun.checkedStepCount(of: database.run("sample"), in: database) == 10)
  }
}
