import Dispatch
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
    let done = Mutex((next: 0, runs: [Int: Run](), error: (any Error)?.none))
    let steps = Mutex(StepTally(of: work.map(\.run.configuration.steps)))
    DispatchQueue.concurrentPerform(iterations: min(threadCount, work.count)) { _ in
      do {
        let database = try open()
        while let place = done.withLock({ done in
          guard done.error == nil, done.next < work.count else { return Int?.none }
          done.next += 1
          return done.next - 1
        }) {
          let run = try work[place].record(
            in: database,
            requests: {
              isStopping() || done.withLock { $0.error != nil } ? .stop : .takeStep
            },
            progress: { step in steps.withLock { progress($0.counting(step.step, of: place)) } })
          guard run.hasEnded else { throw StudyStopped() }
          done.withLock { $0.runs[work[place].index] = run }
        }
      } catch {
        done.withLock { if $0.error == nil { $0.error = error } }
      }
    }
    let (recorded, error) = done.withLock { ($0.runs, $0.error) }
    if let error { throw error }
    return runs.indices.compactMap { recorded[$0] ?? prepared.ended[$0] }
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
