import Glibc
@testable import RunStore
import TestSupport
import Testing

@Suite("When what was recorded can be read", .serialized)
struct FlushTests {
  let folder: TemporaryFolder
  let path: String
  let database: RunDatabase
  let reader: RunDatabase

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("runs.db")
    database = try RunDatabase(path: path, for: .record)
    reader = try RunDatabase(path: path, for: .read)
  }

  /// How many steps another connection sees, all of them whole.
  func visible(_ recorder: RunRecorder) throws -> Int {
    try recorder.finishWrite()
    return try SampleRun.checkedStepCount(of: reader.run(recorder.uuid), in: reader)
  }

  /// How many steps the run has, when what was begun to be written is.
  func written(_ recorder: RunRecorder) throws -> Int {
    try recorder.finishWrite()
    return try reader.run(recorder.uuid).stepCount
  }

  /// Does `body` again with another run until no stall of the machine fell into it, which is a reason to write early.
  func undisturbed(_ body: (RunRecorder) throws -> Void) throws {
    for _ in 0..<20 {
      let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
      let start = ContinuousClock.now
      try body(recorder)
      if ContinuousClock.now - start < RunRecorder.flushInterval / 2 { return }
    }
    Issue.record("The machine is too busy to tell.")
  }

  @Test("A run can be seen from its beginning on")
  func beginning() throws {
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run", tags: ["a": "b"]))
    let run = try reader.run(recorder.uuid)
    #expect(run.status == .running)
    #expect(run.tags == ["a": "b"])
    #expect(run.stepCount == 0)
  }

  @Test("Steps that follow each other fast are written together when there are enough of them")
  func stepCount() throws {
    var counts: [Int] = []
    try undisturbed { recorder in
      counts = []
      for step in 0..<RunRecorder.writeSteps - 1 { try recorder.recordSample(step) }
      counts.append(try written(recorder))
      try recorder.recordSample(RunRecorder.writeSteps - 1)
      counts.append(try written(recorder))
      try recorder.recordSample(RunRecorder.writeSteps)
      counts.append(try written(recorder))
    }
    #expect(counts == [0, RunRecorder.writeSteps, RunRecorder.writeSteps])
  }

  @Test("Wide vectors are written when they fill the memory meant for them")
  func bytes() throws {
    // Mean and variance of this width are as many bytes as may wait.
    let width = RunRecorder.writeBytes / MemoryLayout<Float>.stride / 2
    var counts: [Int] = []
    for width in [width, width - 1] {
      let vector = [Float](repeating: 1, count: width)
      let site = Site(
        layer: 1, tap: .input, population: .batch, statistics: .batch, width: width)
      var count = 0
      try undisturbed { recorder in
        recorder.record(site, step: 0, count: 1, mean: vector, variance: vector)
        try recorder.record(SampleRun.step(0))
        count = try written(recorder)
      }
      counts.append(count)
    }
    #expect(counts == [1, 0])
  }

  @Test("A step waits no longer than the flush interval while steps follow each other")
  func age() throws {
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    try recorder.recordSample(0)
    // From here on: a stall before the first step would not count for it.
    let start = ContinuousClock.now
    var step = 1
    while ContinuousClock.now - start < RunRecorder.flushInterval {
      #expect(step < RunRecorder.writeSteps)
      try recorder.recordSample(step)
      usleep(10_000)
      step += 1
    }
    try recorder.recordSample(step)
    #expect(try written(recorder) > 0)
  }

  @Test("A step that was long in coming is written at once")
  func slowSteps() throws {
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    try recorder.recordSample(0)
    usleep(110_000)
    try recorder.recordSample(1)
    #expect(try written(recorder) == 2)
  }

  @Test("After a write, steps wait anew")
  func waitingAnew() throws {
    var counts: [Int] = []
    try undisturbed { recorder in
      // A width that fills the memory writes the first step at once.
      let width = RunRecorder.writeBytes / MemoryLayout<Float>.stride / 2
      let vector = [Float](repeating: 1, count: width)
      let site = Site(
        layer: 1, tap: .input, population: .batch, statistics: .batch, width: width)
      recorder.record(site, step: 0, count: 1, mean: vector, variance: vector)
      try recorder.record(SampleRun.step(0))
      try recorder.record(SampleRun.step(1))
      counts = [try written(recorder)]
    }
    #expect(counts == [1])

    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    var isUndisturbed = false
    for step in stride(from: 0, to: 60, by: 3) where !isUndisturbed {
      try recorder.recordSample(step)
      usleep(210_000)
      let start = ContinuousClock.now
      try recorder.recordSample(step + 1)
      #expect(try written(recorder) == step + 2)
      try recorder.recordSample(step + 2)
      isUndisturbed = ContinuousClock.now - start < RunRecorder.flushInterval / 2
      if isUndisturbed { #expect(try written(recorder) == step + 2) }
    }
    #expect(isUndisturbed)
  }

  @Test("Moments and evaluations are seen only with the step that follows them")
  func wholeSteps() throws {
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    recorder.recordSampleMoments(0)
    recorder.record(SampleRun.evaluation(0))
    usleep(210_000)
    recorder.record(SampleRun.evaluation(1))
    let run = try reader.run(recorder.uuid)
    #expect(try reader.sites(of: run).isEmpty)
    #expect(try reader.evaluations(of: run).isEmpty)
    try recorder.record(SampleRun.step(0))
    #expect(try written(recorder) == 1)
    #expect(try reader.evaluations(of: run) == [SampleRun.evaluation(0), SampleRun.evaluation(1)])
  }

  @Test("Every evaluation is written once, however many writes follow")
  func evaluationsOnce() throws {
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    for step in 0..<3 * RunRecorder.writeSteps {
      if step % 100 == 0 { recorder.record(SampleRun.evaluation(step)) }
      try recorder.recordSample(step)
    }
    try recorder.end(.finished)
    let run = try reader.run(recorder.uuid)
    #expect(
      try reader.evaluations(of: run)
        == stride(from: 0, to: 3 * RunRecorder.writeSteps, by: 100).map(SampleRun.evaluation)
    )
  }

  @Test("The end of a run writes what waits")
  func end() throws {
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    for step in 0..<5 { try recorder.recordSample(step) }
    recorder.record(SampleRun.evaluation(5))
    try recorder.end(.finished)
    #expect(try written(recorder) == 5)
    #expect(try reader.evaluations(of: reader.run(recorder.uuid)) == [SampleRun.evaluation(5)])
  }
}
