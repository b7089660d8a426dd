import RunStore
import TestSupport
import Testing

/// A run that is recorded as a training loop would, with evaluations and checkpoints.
enum SampleTraining {
  /// A site whose moments begin at step 12.
  static let late = Site(layer: 2, tap: .input, population: .probe, statistics: .precise, width: 1)

  /// Records as a training loop would: evaluations every fourth step, checkpoints every tenth.
  static func record(_ steps: Range<Int>, _ recorder: RunRecorder) throws {
    for step in steps {
      if step > steps.lowerBound && step % 10 == 0 {
        try recorder.record(SampleRun.checkpoint(step))
      }
      if step % 4 == 0 { recorder.record(SampleRun.evaluation(step)) }
      if step >= 12 {
        recorder.record(late, step: step, count: 4, mean: [Float(step)], variance: [1])
      }
      try recorder.recordSample(step)
    }
  }

  /// Records `steps`, and what a training loop adds after the last one.
  static func recordToEnd(_ steps: Range<Int>, _ recorder: RunRecorder) throws {
    try record(steps, recorder)
    recorder.record(SampleRun.evaluation(steps.upperBound))
    try recorder.record(SampleRun.checkpoint(steps.upperBound))
  }

  static let new = NewRun(name: "run", tags: ["goal": "shift"])

  /// Everything in a database of runs but who recorded them and when.
  static func timelessContents(_ database: RunDatabase) throws -> [[String]] {
    let times: Set = [
      "uuid", "started_at", "heartbeat_at", "finished_at", "elapsed_seconds", "recording_seconds",
      "created_at",
    ]
    return try ["run", "tag", "step", "site", "moment", "evaluation", "checkpoint"].map {
      try database.rows(of: $0, without: times)
    }
  }

  /// What a database has after a run of 30 steps in one go.
  static func contentsInOneGo() throws -> [[String]] {
    let folder = try TemporaryFolder()
    let database = try RunDatabase(path: folder.file("runs.db"), for: .record)
    let recorder = try RunRecorder(database: database, run: new)
    try recordToEnd(0..<30, recorder)
    try recorder.end(.finished)
    let contents = try timelessContents(database)
    #expect(contents.map(\.count) == [1, 1, 30, 3, 78, 9, 3])
    return contents
  }

  /// A database with an interrupted run of 15 steps, and a checkpoint at step 10.
  static func makeInterrupted(at path: String) throws -> (database: RunDatabase, run: Run) {
    let database = try RunDatabase(path: path, for: .record)
    let recorder = try RunRecorder(database: database, run: new)
    try record(0..<15, recorder)
    try recorder.interrupt(reason: "Stopped.")
    return (database, try database.run(recorder.uuid))
  }

  /// Resumes a run with an empty configuration and provenance.
  static func resume(_ run: Run, from step: Int, in database: RunDatabase) throws -> RunRecorder {
    try RunRecorder(
      database: database, resuming: run, from: step, configuration: "{}", provenance: "{}")
  }
}
