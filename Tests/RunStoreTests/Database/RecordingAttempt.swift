import RunModel
@testable import RunStore
import SQLite
import TestSupport
import Testing

/// An attempt to record a run of 40 steps while something may fail.
struct RecordingAttempt {
  static let stepCount = 40
  /// Whether the run was begun.
  private(set) var hasBegun = false
  /// How many steps were handed to the recorder.
  private(set) var recordedCount = 0
  /// How many steps the recorder said are in the file.
  private(set) var flushedCount = 0
  /// What ended it too early.
  private(set) var error: StoreError?

  /// Records, with a checkpoint every fifth step, and lets SQLite move its log into the file several times.
  ///
  /// - Parameters:
  ///   - path: the database.
  ///   - durability: what steps survive.
  ///   - vfs: the layer under SQLite.
  ///   - checkpointPages: how many pages come into the log before it is copied.
  ///   - progress: is told after each step how many are flushed.
  /// - Throws: what is no error of the store, and so should not be.
  init(
    path: String, durability: Durability = .process, vfs: String? = nil,
    checkpointPages: Int = 2, progress: (_ flushedCount: Int) -> Void = { _ in }
  ) throws {
    var recorder: RunRecorder?
    do {
      // By default the log is copied after nearly each write.
      let file = try DatabaseFile(
        path: path, durability: durability, vfs: vfs,
        checkpointBytes: checkpointPages * DatabaseFile.pageSize)
      let database = try RunDatabase(file, for: .record)
      let begun = try RunRecorder(database: database, run: NewRun(name: "run"))
      recorder = begun
      hasBegun = true
      for step in 0..<Self.stepCount {
        recordedCount += 1
        try begun.recordSample(step)
        if step % 5 == 4 { try begun.record(SampleRun.checkpoint(step + 1)) }
        flushedCount = (begun.lastFlushedStep ?? -1) + 1
        progress(flushedCount)
      }
      try begun.end(.finished)
      flushedCount = (begun.lastFlushedStep ?? -1) + 1
    } catch let error as StoreError {
      self.error = error
      recorder?.abandon(reason: error.description)
    }
  }

  /// Checks what it left, with all well again.
  ///
  /// - Parameters:
  ///   - path: the database.
  ///   - isOver: whether the failure was over when the run was given up, so that this could be written.
  ///   - vfs: the layer under SQLite.
  /// - Throws: `StoreError`, or an expectation that is not met.
  func check(_ path: String, isOver: Bool, vfs: String? = nil) throws {
    if let error {
      #expect(error.description.contains(path))
      #expect(error.description.hasSuffix(".") && !error.description.contains("\n"))
    } else {
      #expect(flushedCount == Self.stepCount)
    }
    // To record, as there may be nothing to read in a file that could not be made.
    let database = try RunDatabase(path: path, for: .record, durability: .process, vfs: vfs)
    try database.expectIntegrity()
    guard let run = try database.runs().first else {
      #expect(!hasBegun)
      return
    }
    let count = try SampleRun.checkedStepCount(of: run, in: database)
    #expect(flushedCount <= count && count <= recordedCount)
    #expect(try database.checkpointSteps(of: run).count >= flushedCount / 5)
    switch (error, isOver && hasBegun) {
    case (nil, _): #expect(run.status == .finished && run.droppedStepCount == 0)
    case (let error?, true):
      #expect(run.status == .failed)
      #expect(run.statusReason == error.description)
      #expect(run.droppedStepCount == recordedCount - count)
    case (_, false): #expect([.failed, .running].contains(run.status))
    }
    let (reader, other) = try database.recorded(NewRun(name: "other")) { recorder in
      for step in 0..<2 { try recorder.recordSample(step) }
    }
    #expect(try SampleRun.checkedStepCount(of: other, in: reader) == 2)
  }
}
