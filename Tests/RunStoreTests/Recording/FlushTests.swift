import Glibc
import RunModel
@testable import RunStore
import TestSupport
import Testing

@Suite("When what was recorded can be read", .serialized, .timeLimit(.minutes(60)))
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

  /// A recorder that writes when the memory for what waits is full.
  func patientRecorder(seals: Bool = false) throws -> RunRecorder {
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"), seals: seals)
    recorder.writeOnlyWhenFull()
    return recorder
  }

  /// The width whose mean and variance are as many bytes as may wait.
  let fullWidth = RunRecorder.writeBytes / MemoryLayout<Float>.stride / 2

  /// Adds moments to step 0.
  func recordMoments(ofWidth width: Int, with recorder: RunRecorder) {
    let vector = [Float](repeating: 1, count: width)
    let site = Site(layer: 1, tap: .input, population: .batch, statistics: .batch, width: width)
    recorder.record(site, step: 0, count: 1, mean: vector, variance: vector)
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
    let recorder = try patientRecorder()
    for step in 0..<RunRecorder.writeSteps - 1 { try recorder.recordSample(step) }
    #expect(try written(recorder) == 0)
    for step in [RunRecorder.writeSteps - 1, RunRecorder.writeSteps] {
      try recorder.recordSample(step)
      #expect(try written(recorder) == RunRecorder.writeSteps)
    }
  }

  @Test("Steps are written before that at the end of a block, which is sealed whole")
  func block() throws {
    let recorder = try patientRecorder(seals: true)
    let end = RunRecorder.writeSteps / 4 * 3
    for step in 0..<end - 1 { try recorder.recordSample(step) }
    #expect(try written(recorder) == 0)
    for step in [end - 1, end] {
      try recorder.recordSample(step)
      #expect(try written(recorder) == end)
    }
    #expect(try reader.integer("SELECT count(*) FROM affine") == 0)
  }

  @Test("Wide vectors are written when they fill the memory meant for them")
  func bytes() throws {
    for isFull in [true, false] {
      let recorder = try patientRecorder()
      recordMoments(ofWidth: fullWidth - (isFull ? 0 : 1), with: recorder)
      try recorder.record(SampleRun.step(0))
      #expect(try written(recorder) == (isFull ? 1 : 0))
    }
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

  @Test("The newest written step advances by itself, while nothing else is recorded")
  func newestStep() throws {
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    #expect(recorder.lastFlushedStep == nil && recorder.firstStep == 0)
    for last in [3, 7] {
      for step in last - 3...last { try recorder.recordSample(step) }
      try recorder.beginFlush()
      while recorder.lastFlushedStep != last { usleep(1_000) }
      // Whoever is told of it finds it.
      #expect(try reader.lastStep(of: reader.run(recorder.uuid))?.step == last)
    }
    try recorder.end(.finished)
    #expect(recorder.lastFlushedStep == 7)
  }

  @Test("After a write, steps wait anew")
  func waitingAnew() throws {
    let patient = try patientRecorder()
    recordMoments(ofWidth: fullWidth, with: patient)
    for step in 0..<2 { try patient.record(SampleRun.step(step)) }
    #expect(try written(patient) == 1)

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
