import RunModel
import RunStore
import SQLite
import TestSupport
import Testing

@Suite("Checkpoints")
struct CheckpointTests {
  let folder: TemporaryFolder
  let database: RunDatabase
  let reader: RunDatabase
  let recorder: RunRecorder

  init() throws {
    folder = try TemporaryFolder()
    database = try RunDatabase(path: folder.file("runs.db"), for: .record)
    reader = try RunDatabase(path: folder.file("runs.db"), for: .read)
    recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
  }

  var run: Run { get throws { try reader.run("run") } }

  /// Has the database refuse checkpoints.
  func refuseCheckpoints() throws {
    try database.connection.execute(
      """
      CREATE TEMP TRIGGER refusal BEFORE INSERT ON main.checkpoint
      BEGIN SELECT RAISE(ABORT, 'not now'); END
      """)
  }

  @Test("The bytes come back, however many there are", arguments: [0, 1, 255, 70_000, 3_000_000])
  func bytes(count: Int) throws {
    let checkpoint = Checkpoint(
      step: 4, tensors: (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 0x9E37_79B9 >> 7) })
    try recorder.record(checkpoint)
    #expect(try reader.checkpoint(of: run, step: 4) == checkpoint)
  }

  @Test("They are found by their steps, in order, and the newest without one")
  func steps() throws {
    #expect(try reader.checkpointSteps(of: run) == [])
    #expect(try reader.checkpoint(of: run) == nil)
    for step in [20, 0, 100, 3] { try recorder.record(SampleRun.checkpoint(step)) }
    let run = try run
    #expect(try reader.checkpointSteps(of: run) == [0, 3, 20, 100])
    for step in [0, 3, 20, 100] {
      #expect(try reader.checkpoint(of: run, step: step) == SampleRun.checkpoint(step))
    }
    #expect(try reader.checkpoint(of: run) == SampleRun.checkpoint(100))
    #expect(try reader.checkpoint(of: run, step: 4) == nil)
  }

  @Test("One of the same step is replaced, also while both wait")
  func replacing() throws {
    try recorder.record(Checkpoint(step: 3, tensors: [1, 2]))
    try recorder.record(Checkpoint(step: 3, tensors: [3]))
    #expect(try reader.checkpoint(of: run) == Checkpoint(step: 3, tensors: [3]))
    try refuseCheckpoints()
    for byte in [4, 5] as [UInt8] {
      #expect(throws: StoreError.self) {
        try recorder.record(Checkpoint(step: 3, tensors: [byte]))
      }
    }
    try database.connection.execute("DROP TRIGGER refusal")
    try recorder.end(.finished)
    #expect(try reader.checkpoint(of: run) == Checkpoint(step: 3, tensors: [5]))
    #expect(try reader.rows(of: "checkpoint").count == 1)
  }

  @Test("It is written at once, with the steps before it")
  func atOnce() throws {
    for step in 0..<3 { try recorder.recordSample(step) }
    recorder.record(SampleRun.evaluation(2))
    try recorder.record(SampleRun.checkpoint(3))
    let run = try run
    #expect(try SampleRun.checkedStepCount(of: run, in: reader) == 3)
    #expect(try reader.evaluations(of: run) == [SampleRun.evaluation(2)])
    #expect(try reader.checkpointSteps(of: run) == [3])
    let createdAt = try #require(try reader.text("SELECT created_at FROM checkpoint"))
    #expect(createdAt >= run.startedAt && createdAt <= run.heartbeatAt)
  }

  @Test("If it cannot be written, no pending record is, and all of them stay pending")
  func oneTransaction() throws {
    try refuseCheckpoints()
    // Without a step, the checkpoint is the only reason to write.
    recorder.recordSampleMoments(0)
    recorder.record(SampleRun.evaluation(0))
    let error = try storeError { try recorder.record(SampleRun.checkpoint(0)) }
    #expect(error.description.contains("not now"))
    #expect(try reader.sites(of: run).isEmpty)
    #expect(try reader.evaluations(of: run).isEmpty)
    try database.connection.execute("DROP TRIGGER refusal")
    try recorder.record(SampleRun.step(0))
    try recorder.end(.finished)
    #expect(try SampleRun.checkedStepCount(of: run, in: reader) == 1)
    #expect(try reader.evaluations(of: run) == [SampleRun.evaluation(0)])
    #expect(try reader.checkpoint(of: run) == SampleRun.checkpoint(0))
  }

  @Test("A full disk refuses it, and it is written when there is room again")
  func fullDisk() throws {
    try recorder.recordSample(0)
    try database.connection.run("PRAGMA max_page_count = 24")
    let checkpoint = Checkpoint(step: 1, tensors: [UInt8](repeating: 7, count: 2_000_000))
    #expect(try storeError { try recorder.record(checkpoint) }.kind == .inputOutput)
    #expect(try reader.checkpointSteps(of: run) == [])
    try database.connection.run("PRAGMA max_page_count = 10000")
    try recorder.end(.finished)
    #expect(try reader.checkpoint(of: run) == checkpoint)
    #expect(try SampleRun.checkedStepCount(of: run, in: reader) == 1)
    try reader.expectIntegrity()
  }

  @Test("A negative step is refused, and the recorder goes on", arguments: [-1, Int.min])
  func negativeStep(step: Int) throws {
    try recorder.recordSample(0)
    let error = try storeError { try recorder.record(SampleRun.checkpoint(step)) }
    #expect(error.kind == .misuse)
    #expect(error.description.contains("step \(step) is impossible"))
    try recorder.end(.finished)
    #expect(try SampleRun.checkedStepCount(of: run, in: reader) == 1)
    #expect(try reader.checkpointSteps(of: run) == [])
  }

  @Test("A run that is given up keeps those that are written, and drops one that waits")
  func abandon() throws {
    try recorder.record(SampleRun.checkpoint(1))
    try refuseCheckpoints()
    #expect(throws: StoreError.self) { try recorder.record(SampleRun.checkpoint(2)) }
    recorder.abandon(reason: "No more.")
    #expect(try run.status == .failed)
    #expect(try reader.checkpointSteps(of: run) == [1])
  }

  @Test("Each run has its own, and takes them along when it is deleted")
  func ownership() throws {
    let other = try RunRecorder(database: database, run: NewRun(name: "other"))
    try recorder.record(SampleRun.checkpoint(1))
    try other.record(SampleRun.checkpoint(2))
    #expect(try reader.checkpointSteps(of: run) == [1])
    #expect(try reader.checkpoint(of: reader.run("other")) == SampleRun.checkpoint(2))
    try database.connection.run("DELETE FROM run WHERE name = 'run'")
    #expect(try reader.rows(of: "checkpoint", without: ["created_at", "tensors"]) == ["2,2"])
  }
}
