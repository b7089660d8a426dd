import Datasets
import RunModel
import Training
import RunStore
import TestSupport
import Testing

/// Runs recorded into a database of their own, from configurations in JSON.
struct RecordedRuns {
  let folder: TemporaryFolder
  let database: RunDatabase

  init() throws {
    folder = try TemporaryFolder()
    database = try RunDatabase(path: folder.file("runs.db"), for: .record)
  }

  /// What `json` describes, changed by `change`.
  func training(_ json: String, _ change: (inout RunConfiguration) -> Void = { _ in }) throws
    -> TrainingRun
  {
    var configuration = try RunConfiguration(json: Array(json.utf8), named: "The configuration")
    change(&configuration)
    return try TrainingRun(configuration, on: Dataset.load(configuration.data))
  }

  /// Records a run, which is stopped before the step `stop`, if that is given.
  func record(_ training: TrainingRun, stop: Int? = nil) throws -> Run {
    let outcome = try training.record(
      into: database, name: "run", requests: stopping(after: stop))
    #expect(outcome.stoppedAt == stop)
    return try database.run(outcome.uuid)
  }

  /// Goes on with `run` from its newest checkpoint.
  func resume(_ run: Run, _ training: TrainingRun, stop: Int? = nil) throws -> Run {
    let checkpoint = try #require(try database.checkpoint(of: run))
    let outcome = try training.resume(
      run, from: checkpoint, in: database,
      requests: stopping(after: stop.map { $0 - checkpoint.step }))
    #expect(outcome.uuid == run.uuid)
    #expect(outcome.stoppedAt == stop)
    return try database.run(outcome.uuid)
  }

  /// Everything that `run` recorded.
  func contents(of run: Run) throws -> RunContents { try RunContents(of: run, in: database) }

  private func stopping(after count: Int?) -> () -> TrainingRequest {
    var left = count ?? .max
    return {
      left -= 1
      return left < 0 ? .stop : .takeStep
    }
  }
}

extension TrainingRun {
  /// Trains, and records every step into a database.
  func record(
    into database: RunDatabase, name: String, requests: () -> TrainingRequest = { .takeStep }
  ) throws -> TrainingOutcome {
    try record(name: name, durability: database.durability.rawValue, requests: requests) {
      try RunRecorder(database: database, run: $0)
    }
  }

  /// Resumes a run of a database.
  func resume(
    _ run: Run, from checkpoint: Checkpoint, in database: RunDatabase,
    requests: () -> TrainingRequest = { .takeStep }
  ) throws -> TrainingOutcome {
    try resume(
      run, from: checkpoint, in: database, durability: database.durability.rawValue,
      requests: requests
    ) { configuration, provenance in
      try RunRecorder(
        database: database, resuming: run, from: checkpoint.step, requiresCheckpoint: true,
        configuration: configuration, provenance: provenance)
    }
  }
}
