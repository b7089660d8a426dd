import Reports
import RunModel
import RunStore
import TestSupport
import Testing

@testable import NormscopeCommand

@Suite("The follower of a run")
struct RunFollowerTests {
  let folder: TemporaryFolder
  let database: RunDatabase

  init() throws {
    folder = try TemporaryFolder()
    database = try RunDatabase(path: folder.file("runs.db"), for: .record)
  }

  private func begin(_ steps: Range<Int>) throws -> RunRecorder {
    let recorder = try RunRecorder(
      database: database, run: NewRun(name: "run", configuration: #"{"steps": 40}"#))
    try record(steps, by: recorder)
    return recorder
  }

  private func record(_ steps: Range<Int>, by recorder: RunRecorder, loss: Double = 0) throws {
    for step in steps {
      for population in [Site.Population.batch, .probe] {
        recorder.record(
          Site(
            layer: 1, tap: .preactivation, population: population, statistics: .none, width: 2),
          step: step, count: 8, mean: [Float(step), population == .batch ? 100 : Float(step)],
          variance: [1, 1])
      }
      try recorder.record(
        StepRecord(
          step: step, loss: loss + Double(step), accuracy: 0.5, learningRate: 0.1, batchSize: 8,
          duration: 0.25))
    }
    try recorder.flush()
  }

  private func follower(_ population: Site.Population? = nil) throws -> RunFollower {
    RunFollower(try database.run("run"), in: database, population: population)
  }

  @Test("Each read has the steps, evaluations, shifts and events that were recorded since")
  func reads() throws {
    let recorder = try begin(0..<3)
    var follower = try follower()
    let first = try follower.read()
    #expect(first.losses.means == [0, 1, 2] && first.losses.last == 2)
    #expect(first.accuracies.means == [0.5, 0.5, 0.5])
    #expect(first.isRunning && first.progress.plannedStepCount == 40)
    #expect(first.evaluations.isEmpty && first.events.isEmpty)
    #expect(first.layers.map(\.label) == ["layer 1"])
    #expect(first.layers.first?.shifts.count == 3)

    recorder.record(
      EvaluationRecord(
        step: 3, split: .test, statistics: .none, loss: 0.5, accuracy: 0.75, count: 8))
    recorder.record(EventRecord(step: 3, layer: 1, kind: .alarm, message: "It moved."))
    try record(3..<5, by: recorder)
    let second = try follower.read()
    #expect(second.losses.means == [0, 1, 2, 3, 4])
    #expect(second.run.stepCount == 5 && second.layers.first?.shifts.count == 5)
    #expect(second.evaluations.map(\.accuracy) == [0.75])
    #expect(second.events.map(\.message) == ["It moved."])
    #expect(try follower.read().losses.means == second.losses.means)

    try recorder.end(.finished)
    #expect(try !follower.read().isRunning)
  }

  @Test("The shifts are of the examples that were asked for")
  func populations() throws {
    let recorder = try begin(0..<3)
    var (probe, batch) = (try follower(.probe), try follower(.batch))
    // The median of two units, one of which stands still in the batch.
    let (moved, half) = (try probe.read(), try batch.read())
    #expect(moved.layers.first?.shifts.last.map { abs($0 - 2) < 0.01 } == true)
    #expect(half.layers.first?.shifts.last.map { abs($0 - 1) < 0.01 } == true)
    #expect(moved.coordinates == "preactivation, probe")
    #expect(half.coordinates == "preactivation, batch")
    try recorder.end(.finished)
  }

  @Test("A run without moments has no layers")
  func withoutMoments() throws {
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    try recorder.endStep(0)
    try recorder.flush()
    var follower = try follower()
    let watched = try follower.read()
    #expect(watched.layers.isEmpty && watched.coordinates.isEmpty && watched.losses.last == 1)
    try recorder.end(.finished)
  }

  @Test("A run that is resumed at an earlier step is followed from there")
  func resumed() throws {
    let recorder = try begin(0..<6)
    var follower = try follower()
    #expect(try follower.read().losses.means == [0, 1, 2, 3, 4, 5])
    try recorder.interrupt(reason: "Stopped.")
    let again = try RunRecorder(database: database, resuming: try database.run("run"), from: 2)
    again.record(EventRecord(step: 2, layer: nil, kind: .resumed, message: "Resumed at step 2."))
    try record(2..<4, by: again, loss: 100)
    let watched = try follower.read()
    #expect(watched.losses.means == [0, 1, 102, 103] && watched.losses.last == 103)
    #expect(watched.progress.stepsPerSecond.map { $0 >= 0 } ?? true)
    // Resumed again, and farther than it was at the last read.
    try again.interrupt(reason: "Stopped.")
    let last = try RunRecorder(database: database, resuming: try database.run("run"), from: 3)
    last.record(EventRecord(step: 3, layer: nil, kind: .resumed, message: "Resumed at step 3."))
    try record(3..<7, by: last, loss: 200)
    #expect(try follower.read().losses.means == [0, 1, 102, 203, 204, 205, 206])
    try last.end(.finished)
  }

  @Test("The rate of a run that has ended is of all its steps, by its own time")
  func rate() throws {
    let recorder = try RunRecorder(
      database: database, run: NewRun(name: "run"), timesTraining: false)
    try record(0..<8, by: recorder)
    try recorder.end(.finished)
    var follower = try follower()
    let rate = try #require(try follower.read().progress.stepsPerSecond)
    // Eight steps of a quarter of a second.
    #expect(abs(rate - 4) < 0.5, "\(rate)")
    #expect(try follower.read().progress.stepsPerSecond == rate)
  }

  @Test("A run that was purged is unknown")
  func purged() throws {
    let recorder = try begin(0..<3)
    var follower = try follower()
    _ = try follower.read()
    try recorder.end(.finished)
    let run = try database.run("run")
    try database.delete([run])
    #expect(throws: StoreError.self) { try follower.read() }
    try database.purge(run)
    #expect(throws: StoreError.self) { try follower.read() }
  }
}
