import Glibc
import RunModel
@testable import RunStore
import SQLite
import TestSupport
import Testing

@Suite("Resuming a run")
struct ResumeTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("runs.db")
  }

  @Test("Ended after some steps and resumed, a run is the one that it would have been in one go")
  func afterEnd() throws {
    do {
      let database = try RunDatabase(path: path, for: .record)
      let recorder = try RunRecorder(database: database, run: SampleTraining.new)
      try SampleTraining.recordToEnd(0..<20, recorder)
      try recorder.end(.finished)
    }
    let database = try RunDatabase(path: path, for: .record)
    let recorder = try SampleTraining.resume(database.run("run"), from: 20, in: database)
    try SampleTraining.recordToEnd(20..<30, recorder)
    try recorder.end(.finished)
    #expect(try SampleTraining.timelessContents(database) == SampleTraining.contentsInOneGo())
    try database.expectIntegrity()
  }

  @Test(
    "So is one that was stopped beyond its checkpoint, however it was stopped",
    arguments: ["interrupt", "end", "abandon"])
  func beyondCheckpoint(way: String) throws {
    let database = try RunDatabase(path: path, for: .record)
    let first = try RunRecorder(database: database, run: SampleTraining.new)
    try SampleTraining.record(0..<25, first)
    switch way {
    case "interrupt": try first.interrupt(reason: "Stopped.")
    case "end": try first.end(.diverged, reason: "The loss is nan.")
    default: first.abandon(reason: "Given up.")
    }
    // From the older of its two checkpoints, before the late site came.
    let recorder = try SampleTraining.resume(database.run("run"), from: 10, in: database)
    try SampleTraining.recordToEnd(10..<30, recorder)
    try recorder.end(.finished)
    #expect(try SampleTraining.timelessContents(database) == SampleTraining.contentsInOneGo())
    try database.expectIntegrity()
  }

  @Test("So is one whose process was killed")
  func afterKill() async throws {
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let database = try RunDatabase(path: path, for: .record)
      let recorder = try RunRecorder(database: database, run: SampleTraining.new)
      try SampleTraining.record(0..<700, recorder)
      kill(getpid(), SIGKILL)
    }
    let database = try RunDatabase(path: path, for: .record)
    let run = try database.run("run")
    #expect(run.status == .interrupted)
    #expect(run.stepCount > 600)
    let recorder = try SampleTraining.resume(run, from: 20, in: database)
    try SampleTraining.recordToEnd(20..<30, recorder)
    try recorder.end(.finished)
    #expect(try SampleTraining.timelessContents(database) == SampleTraining.contentsInOneGo())
    try database.expectIntegrity()
  }

  @Test("So is one that is resumed again and again")
  func repeatedly() throws {
    var (database, run) = try SampleTraining.makeInterrupted(at: path)
    for (start, stop) in [(10, 20), (10, 25), (20, 29)] {
      database = try RunDatabase(path: path, for: .record)
      let recorder = try SampleTraining.resume(run, from: start, in: database)
      try SampleTraining.recordToEnd(start..<stop, recorder)
      try recorder.interrupt(reason: "Stopped.")
      run = try database.run("run")
      #expect(run.stepCount == stop)
    }
    let recorder = try SampleTraining.resume(run, from: 20, in: database)
    try SampleTraining.recordToEnd(20..<30, recorder)
    try recorder.end(.finished)
    #expect(try SampleTraining.timelessContents(database) == SampleTraining.contentsInOneGo())
  }

  @Test("From its very beginning, nothing is left but the run and the checkpoint")
  func fromStart() throws {
    let database = try RunDatabase(path: path, for: .record)
    let recorder = try RunRecorder(database: database, run: SampleTraining.new)
    try recorder.record(SampleRun.checkpoint(0))
    try SampleTraining.record(0..<15, recorder)
    try recorder.interrupt(reason: "Stopped.")
    _ = try SampleTraining.resume(database.run("run"), from: 0, in: database)
    #expect(
      try database.contents().tables.filter { !$0.value.isEmpty && $0.key != "migration" }
        .mapValues(\.count) == ["run": 1, "tag": 1, "checkpoint": 1])
  }

  @Test("It runs again, with another configuration and provenance, and is the same run otherwise")
  func takenOver() throws {
    let (database, before) = try SampleTraining.makeInterrupted(at: path)
    let recorder = try RunRecorder(
      database: database, resuming: before, from: 10, configuration: #"{"steps": 30}"#,
      provenance: #"{"resumed_at": [10]}"#)
    #expect(recorder.uuid == before.uuid)
    let run = try database.run(before.uuid)
    #expect(run.status == .running)
    #expect(run.statusReason == nil)
    #expect(run.finishedAt == nil)
    #expect(run.configuration == #"{"steps": 30}"#)
    #expect(run.provenance == #"{"resumed_at": [10]}"#)
    #expect(run.stepCount == 10)
    #expect(run.heartbeatAt >= before.heartbeatAt)
    #expect(
      [run.name, run.startedAt, "\(run.tags)"]
        == [before.name, before.startedAt, "\(before.tags)"])
    #expect(try database.checkpoint(of: run) == SampleRun.checkpoint(10))
    #expect(try database.sites(of: run).map(\.site) == SampleRun.sites)
    #expect(try SampleRun.checkedStepCount(of: run, in: database) == 10)
  }

  @Test("Its times go on from what they were")
  func times() throws {
    let (database, run) = try SampleTraining.makeInterrupted(at: path)
    try database.connection.run("UPDATE run SET elapsed_seconds = 5000, recording_seconds = 1000")
    let recorder = try SampleTraining.resume(run, from: 10, in: database)
    try recorder.recordSample(10)
    try recorder.record(SampleRun.checkpoint(11))
    let written = try database.run("run")
    #expect(written.elapsedSeconds > 5000 && written.recordingSeconds > 1000)
    try recorder.end(.finished)
    let ended = try database.run("run")
    #expect(ended.elapsedSeconds > written.elapsedSeconds && ended.elapsedSeconds < 5100)
    #expect(ended.recordingSeconds > written.recordingSeconds && ended.recordingSeconds < 1100)
  }

  @Test("Other runs of the file stay as they are")
  func otherRuns() throws {
    try makeSampleDatabase(at: path, steps: 40)
    let (database, run) = try SampleTraining.makeInterrupted(at: path)
    let recorder = try SampleTraining.resume(run, from: 10, in: database)
    try recorder.end(.finished)
    let sample = try database.run("sample")
    #expect(try SampleRun.checkedStepCount(of: sample, in: database) == 40)
    #expect(try database.evaluations(of: sample) == [SampleRun.evaluation(40)])
    #expect(try database.checkpoint(of: sample) == SampleRun.checkpoint(40))
  }

  @Test(
    "A run whose process is gone is taken over, and one of before the machine was last started",
    arguments: ["process_id = 4194304", "process_start = 1", "boot_id = 'that of another boot'"])
  func deadOwner(change: String) throws {
    let database = try RunDatabase(path: path, for: .record)
    let lost = try RunRecorder(database: database, run: SampleTraining.new)
    try SampleTraining.record(0..<15, lost)
    try lost.record(SampleRun.checkpoint(15))
    lost.lock?.release()
    try database.connection.run(
      "UPDATE run SET \(change), heartbeat_at = '2001-01-01T00:00:00.000Z'")
    let recorder = try SampleTraining.resume(database.run("run"), from: 15, in: database)
    try recorder.end(.finished)
    #expect(try database.run("run").status == .finished)
  }

  @Test(
    "A site is the same one, whatever an earlier version knew of its layer, and a new one has it")
  func layerOfSite() throws {
    func site(_ tap: Site.Tap, _ activation: String?) -> Site {
      Site(
        layer: 1, tap: tap, population: .batch, statistics: .none, width: 1, layerName: activation,
        activation: activation, derivesNormalized: tap == .preactivation ? true : nil)
    }
    let database = try RunDatabase(path: path, for: .record)
    let recorder = try RunRecorder(database: database, run: SampleTraining.new)
    recorder.record(site(.input, nil), step: 0, count: 1, mean: [0], variance: [1])
    try recorder.record(SampleRun.step(0))
    try recorder.record(SampleRun.checkpoint(1))
    try recorder.end(.finished)
    let resumed = try SampleTraining.resume(database.run("run"), from: 1, in: database)
    for tap in [Site.Tap.input, .preactivation] {
      resumed.record(site(tap, "relu"), step: 1, count: 1, mean: [0], variance: [1])
    }
    try resumed.record(SampleRun.step(1))
    try resumed.end(.finished)
    let sites = try database.sites(of: database.run("run")).map(\.site)
    #expect(sites.map(\.activation) == [nil, "relu"] && sites.map(\.layerName) == [nil, "relu"])
    #expect(sites.map(\.derivesNormalized) == [nil, true])
    #expect(sites == [site(.input, "tanh"), site(.preactivation, nil)])
  }
}
