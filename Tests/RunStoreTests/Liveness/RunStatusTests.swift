import RunModel
@testable import RunStore
import SQLite
import TestSupport
import Testing

@Suite("How a run stands")
struct RunStatusTests {
  let folder: TemporaryFolder
  let database: RunDatabase
  let recorder: RunRecorder

  init() throws {
    folder = try TemporaryFolder()
    database = try RunDatabase(path: folder.file("runs.db"), for: .record)
    recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
  }

  var run: Run { get throws { try database.run(recorder.uuid) } }

  @Test("While its process records it, it is running")
  func running() throws {
    try recorder.recordSample(0)
    let run = try run
    #expect(run.status == .running)
    #expect(run.finishedAt == nil)
    #expect(run.statusReason == nil)
  }

  @Test(
    "It ends as it was said to",
    arguments: [(.finished, nil), (.diverged, "The loss of step 3 is nan."), (.failed, "")]
      as [(Run.Status, String?)])
  func end(status: Run.Status, reason: String?) throws {
    try recorder.recordSample(0)
    try recorder.end(status, reason: reason)
    let run = try run
    #expect(run.status == status)
    #expect(run.statusReason == reason)
    #expect(run.stepCount == 1)
    let finishedAt = try #require(run.finishedAt)
    // UTC text of one form is in order of time.
    #expect(run.startedAt <= finishedAt && run.heartbeatAt == finishedAt)
    for time in [run.startedAt, run.heartbeatAt, finishedAt] {
      #expect(time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
    }
  }

  @Test("Its recording time is part of its elapsed time")
  func overhead() throws {
    for step in 0..<RunRecorder.flushSteps { try recorder.recordSample(step) }
    let running = try run
    #expect(running.recordingSeconds > 0)
    #expect(running.elapsedSeconds > running.recordingSeconds)
    #expect(try #require(running.recordingSlowdown) > 1)
    try recorder.end(.finished)
    let ended = try run
    #expect(ended.elapsedSeconds > running.elapsedSeconds)
    #expect(ended.recordingSeconds > running.recordingSeconds)
  }

  @Test("Every write is a sign of life")
  func heartbeat() throws {
    try database.connection.run("UPDATE run SET heartbeat_at = '2001-01-01T00:00:00.000Z'")
    for step in 0..<RunRecorder.flushSteps { try recorder.recordSample(step) }
    let run = try run
    #expect(run.heartbeatAt >= run.startedAt)
    #expect(run.finishedAt == nil)
  }

  @Test("A run that wrote nothing yet has no slowdown")
  func noOverhead() throws {
    #expect(try run.recordingSlowdown == nil)
  }

  @Test(
    "Its process is gone: it was interrupted",
    arguments: [
      "process_id = 4194304", "process_start = 1", "process_id = 4194304, boot_id = 'other'",
    ])
  func interrupted(change: String) throws {
    // No process has that id, as Linux gives smaller ones; this one began later than the first tick.
    try database.connection.run("UPDATE run SET \(change)")
    // Whatever the row says of the process, the mark tells that it records.
    #expect(try run.status == .running)
    recorder.lock?.release()
    // One of another boot that wrote just now may be of another machine.
    try database.connection.run("UPDATE run SET heartbeat_at = '2001-01-01T00:00:00.000Z'")
    #expect(try run.status == .interrupted)
    #expect(try database.runs().map(\.status) == [.interrupted])
    #expect(try database.text("SELECT status FROM run") == "running")
  }

  @Test("A run that has ended is not interrupted by the end of its process")
  func endedProcess() throws {
    try recorder.end(.finished)
    try database.connection.run("UPDATE run SET process_id = 4194304")
    #expect(try run.status == .finished)
  }

  @Test("Given up, it has failed, with what waited and a checkpoint")
  func abandon() throws {
    recorder.writeOnlyWhenFull()
    for step in 0..<3 { try recorder.recordSample(step) }
    recorder.record(SampleRun.evaluation(3))
    recorder.abandon(reason: "No more.", checkpoint: SampleRun.checkpoint(3))
    let run = try run
    #expect(run.status == .failed)
    #expect(run.statusReason == "No more.")
    #expect(run.finishedAt != nil)
    #expect(run.droppedStepCount == 0)
    #expect(try SampleRun.checkedStepCount(of: run, in: database) == 3)
    #expect(try database.evaluations(of: run) == [SampleRun.evaluation(3)])
    #expect(try database.checkpoint(of: run) == SampleRun.checkpoint(3))
  }

  /// From here on no step can be written.
  func refuseSteps() throws {
    try database.connection.run(
      "CREATE TEMP TRIGGER refusal BEFORE INSERT ON step BEGIN SELECT raise(ABORT, 'no'); END")
  }

  @Test("Only steps that waited are given up")
  func abandonAfterFlush() throws {
    for step in 0..<RunRecorder.flushSteps { try recorder.recordSample(step) }
    try recorder.flush()
    recorder.writeOnlyWhenFull()
    #expect(recorder.lastFlushedStep == RunRecorder.flushSteps - 1)
    for step in 0..<2 { try recorder.recordSample(RunRecorder.flushSteps + step) }
    recorder.recordSampleMoments(RunRecorder.flushSteps + 2)
    try refuseSteps()
    recorder.abandon(reason: "No more.")
    let run = try run
    #expect(run.stepCount == RunRecorder.flushSteps)
    #expect(run.droppedStepCount == 2)
  }

  @Test("Resumed, it does the steps that were given up anew")
  func resumeAfterAbandon() throws {
    for step in 0..<3 { try recorder.recordSample(step) }
    try recorder.record(SampleRun.checkpoint(3))
    #expect(recorder.lastFlushedStep == 2)
    recorder.writeOnlyWhenFull()
    try recorder.recordSample(3)
    try refuseSteps()
    recorder.abandon(reason: "No more.")
    #expect(try run.droppedStepCount == 1)
    try database.connection.run("DROP TRIGGER refusal")
    let resumed = try SampleTraining.resume(run, from: 3, in: database)
    #expect(resumed.firstStep == 3 && resumed.lastFlushedStep == 2)
    try resumed.recordSample(3)
    try resumed.end(.finished)
    #expect(resumed.lastFlushedStep == 3)
    #expect(try run.droppedStepCount == 0)
  }

  @Test("Interrupted, it reads so at once on every machine, with what waited and the reason")
  func interrupt() throws {
    for step in 0..<3 { try recorder.recordSample(step) }
    recorder.record(SampleRun.evaluation(3))
    try recorder.interrupt(reason: "Stopped by hand.")
    let run = try run
    #expect(run.status == .interrupted)
    #expect(run.statusReason == "Stopped by hand.")
    #expect(run.finishedAt != nil && run.finishedAt == run.heartbeatAt)
    #expect(try SampleRun.checkedStepCount(of: run, in: database) == 3)
    #expect(try database.evaluations(of: run) == [SampleRun.evaluation(3)])
    // Nothing in the file ties it to this machine, so it reads the same on another.
    #expect(try database.text("SELECT boot_id || process_id || process_start FROM run") == "00")
  }

  @Test("A run can't end as running or interrupted", arguments: [Run.Status.running, .interrupted])
  func impossibleEnd(status: Run.Status) async {
    await #expect(processExitsWith: .failure) {
      [path = folder.file("other.db") as String, status = status.rawValue as String] in
      let database = try RunDatabase(path: path, for: .record)
      let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
      // An error that is thrown would end the process as a failure as well, and is not what is meant.
      try? recorder.end(Run.Status(rawValue: status) ?? .finished)
    }
  }
}
