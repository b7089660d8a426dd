package import RunModel
import Synchronization
package import Training

/// The recording of the runs that a study needs and its database lacks.
package struct StudyRecording: Sendable {
  private let runs: [StudyRun]
  private let threadCount: Int

  /// Prepares to record the runs of `study`, at most `threadCount` at once.
  package init(of study: Study, threadCount: Int) {
    runs = study.runs
    self.threadCount = threadCount
  }

  /// Records what is missing: a run of the same settings and data that has ended is kept, an interrupted one is resumed.
  ///
  /// - Parameters:
  ///   - isStopping: whether to stop with a checkpoint; asked before each step, on any thread.
  ///   - progress: called after each step with the number of steps of all runs, on any thread but one at a time.
  ///   - open: opens the database, once for each thread.
  /// - Returns: the recorded runs, in the order of the study's.
  /// - Throws: `StudyStopped`; `DatasetError` and `ConfigurationError` before a run begins; `StoreError`, and what `open` throws.
  package func record<Database: StudyDatabase>(
    isStopping: @escaping @Sendable () -> Bool,
    progress: @escaping @Sendable (TrainingProgress) -> Void,
    open: @escaping @Sendable () throws -> Database
  ) throws -> [Run] {
    let prepared = try PreparedRuns(runs, in: open().records)
    let work = prepared.missing
    let steps = Mutex(StepTally(of: work.map(\.run.configuration.steps)))
    let recorded = try ConcurrentItems(count: work.count, threadCount: threadCount).map(open: open)
    { place, database, hasFailed in
      let run = try work[place].record(
        in: database, requests: { isStopping() || hasFailed() ? .stop : .takeStep },
        progress: { step in steps.withLock { progress($0.counting(step.step, of: place)) } })
      guard run.hasEnded else { throw StudyStopped() }
      return run
    }
    let ended = zip(work, recorded).reduce(into: prepared.ended) { $0[$1.0.index] = $1.1 }
    return runs.indices.compactMap { ended[$0] }
  }
}

/// The number of steps that were done of several runs.
private struct StepTally: Sendable {
  private let stepCount: Int
  private var steps: [Int]

  init(of counts: [Int]) {
    stepCount = counts.reduce(0, +)
    steps = Array(repeating: 0, count: counts.count)
  }

  /// The progress of all runs after one of them did `step`.
  mutating func counting(_ step: Int, of run: Int) -> TrainingProgress {
    steps[run] = step
    return TrainingProgress(step: steps.reduce(0, +), stepCount: stepCount, loss: nil)
  }
}
