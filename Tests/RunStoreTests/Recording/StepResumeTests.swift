import Glibc
import RunModel
@testable import RunStore
import SQLite
import TestSupport
import Testing

@Suite("Resuming a run without a checkpoint")
struct StepResumeTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("runs.db")
  }

  @Test(
    "Resumed at any step it is the run that it would have been in one go",
    arguments: [nil, 15, 14, 11, 7, 1, 0])
  func anyStep(step: Int?) throws {
    let (database, run) = try SampleTraining.makeInterrupted(at: path)
    let recorder = try RunRecorder(database: database, resuming: run, from: step)
    let first = step ?? 15
    #expect(recorder.firstStep == first)
    #expect(recorder.lastFlushedStep == (first == 0 ? nil : first - 1))
    #expect(try database.run("run").stepCount == first)
    try SampleTraining.recordToEnd(first..<30, recorder)
    try recorder.end(.finished)
    #expect(recorder.lastFlushedStep == 29)
    #expect(try SampleTraining.timelessContents(database) == SampleTraining.contentsInOneGo())
    try database.expectIntegrity()
  }

  @Test("It keeps its configuration and provenance, each unless another is given")
  func kept() throws {
    let database = try RunDatabase(path: path, for: .record)
    let new = NewRun(name: "run", configuration: #"{"a": 1e-5}"#, provenance: #"{"b": null}"#)
    try RunRecorder(database: database, run: new).interrupt(reason: "Stopped.")
    func resumed(_ configuration: String?, _ provenance: String?) throws -> [String] {
      let recorder = try RunRecorder(
        database: database, resuming: database.run("run"), configuration: configuration,
        provenance: provenance)
      // No step was recorded.
      #expect(recorder.firstStep == 0 && recorder.lastFlushedStep == nil)
      try recorder.interrupt(reason: "Stopped.")
      let run = try database.run("run")
      return [run.configuration, run.provenance]
    }
    #expect(try resumed(nil, nil) == [new.configuration, new.provenance])
    #expect(try resumed(#"{"a": 2}"#, nil) == [#"{"a": 2}"#, new.provenance])
    #expect(try resumed(nil, "{}") == [#"{"a": 2}"#, "{}"])
  }

  @Test("Steps may be left out, and moments of earlier steps stay where they are")
  func gap() throws {
    let database = try RunDatabase(path: path, for: .record)
    let earlier = try RunRecorder(database: database, run: NewRun(name: "run"))
    for step in 0..<15 { try earlier.recordSample(step) }
    try earlier.interrupt(reason: "Stopped.")
    let recorder = try RunRecorder(
      database: database, resuming: database.run("run"), from: 40)
    for step in 40..<50 { try recorder.recordSample(step) }
    try recorder.end(.finished)
    let ended = try database.run("run")
    #expect(ended.stepCount == 25)
    #expect(try database.sites(of: ended).map(\.site) == SampleRun.sites)
    for site in try database.sites(of: ended) {
      #expect(try database.steps(at: site) == Array(0..<15) + Array(40..<50))
    }
    try database.check { #expect($0.severity == .note, "\($0)") }
  }

  @Test(
    "The moments of the probe after the last step stay, in their blocks, until they come again",
    arguments: [false, true])
  func keptMoments(comeAgain: Bool) throws {
    let database = try RunDatabase(path: path, for: .record)
    func record(_ steps: Range<Int>, probedFrom first: Int = 0, _ recorder: RunRecorder) throws {
      for step in steps {
        if step >= first && step % 16 == 0 { probe(step, Float(step), recorder) }
        try recorder.record(SampleRun.step(step))
      }
    }
    func probe(_ step: Int, _ mean: Float, _ recorder: RunRecorder) {
      recorder.record(SampleTraining.late, step: step, count: 4, mean: [mean], variance: [1])
    }
    func rows(_ run: String) throws -> [String] {
      try ["moment.step", "block_steps || '/' || block || '/' || rollup.step_count"].flatMap {
        column in
        let table = column.hasPrefix("moment") ? "moment" : "rollup"
        return try database.connection.rows(
          """
          SELECT \(column) || ':' || hex(mean) || hex(variance) || count FROM \(table)
            JOIN site ON site.id = site JOIN run ON run.id = run WHERE name = ? ORDER BY 1
          """, [.text(run)]
        ) { $0.text(0) }
      }
    }
    let whole = try RunRecorder(database: database, run: NewRun(name: "whole"))
    try record(0..<400, whole)
    try whole.end(.finished)
    let cut = try RunRecorder(database: database, run: NewRun(name: "cut"))
    try record(0..<128, cut)
    probe(128, comeAgain ? -7 : 128, cut)
    try cut.interrupt(reason: "Stopped.")
    let resumed = try RunRecorder(database: database, resuming: database.run("cut"))
    #expect(resumed.firstStep == 128)
    try record(128..<400, probedFrom: comeAgain ? 128 : 129, resumed)
    try resumed.end(.finished)
    #expect(try rows("cut") == rows("whole"))
    #expect(try rows("whole").count == 25 + 3)
    try database.check { Issue.record("\($0)") }
  }

  @Test(
    "Killed at any moment it leaves whole steps, and can be resumed again",
    arguments: [0, 2_000, 9_000, 31_000, 83_000] as [UInt32])
  func killed(microseconds: UInt32) async throws {
    let database = try RunDatabase(path: path, for: .record)
    let earlier = try RunRecorder(database: database, run: NewRun(name: "victim"))
    for step in 0..<300 { try earlier.recordSample(step) }
    try earlier.interrupt(reason: "Stopped.")
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, microseconds] in
      let database = try RunDatabase(path: path, for: .record)
      let recorder = try RunRecorder(
        database: database, resuming: database.run("victim"), from: 150)
      Task.detached {
        usleep(microseconds)
        kill(getpid(), SIGKILL)
      }
      var step = recorder.firstStep
      while true {
        try recorder.recordSample(step)
        step += 1
      }
    }
    let killed = try database.run("victim")
    #expect(killed.status == .interrupted)
    let count = try SampleRun.checkedStepCount(of: killed, in: database)
    #expect(count == killed.stepCount && count >= 150)
    try database.expectIntegrity()
    try database.check { Issue.record("\($0)") }
    let recorder = try RunRecorder(database: database, resuming: killed)
    #expect(recorder.firstStep == count)
    for step in count..<count + 200 { try recorder.recordSample(step) }
    try recorder.end(.finished)
    #expect(try SampleRun.checkedStepCount(of: database.run("victim"), in: database) == count + 200)
    try database.check { Issue.record("\($0)") }
  }
}
