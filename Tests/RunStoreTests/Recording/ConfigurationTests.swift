import RunModel
@testable import RunStore
import SQLite
import Synchronization
import TestSupport
import Testing

@Suite("A configuration that changes while its run is recorded")
struct ConfigurationTests {
  let folder: TemporaryFolder
  let database: RunDatabase
  let recorder: RunRecorder

  init() throws {
    folder = try TemporaryFolder()
    database = try RunDatabase(path: folder.file("runs.db"), for: .record)
    recorder = try RunRecorder(
      database: database, run: NewRun(name: "run", configuration: #"{"rate": 1}"#))
    recorder.writeOnlyWhenFull()
  }

  var configuration: String { get throws { try database.run("run").configuration } }

  @Test("The newest one is written with the next step, word for word")
  func nextStep() throws {
    let newest = #"{ "rate": 1.50, "name": null, "é\"": {"a": [1, 2e400]} }"#
    for text in [#"{"rate": 0.5}"#, newest] { try recorder.record(configuration: text) }
    #expect(try configuration == #"{"rate": 1}"#)
    try recorder.recordSample(0)
    try recorder.flush()
    #expect(try configuration == newest)
    // It is written once.
    try database.connection.run("UPDATE run SET configuration = '{}'")
    try recorder.recordSample(1)
    try recorder.end(.finished)
    #expect(try configuration == "{}")
  }

  @Test("Its text is made once for each write, however often it changed")
  func lazy() throws {
    let made = Mutex(0)
    for rate in 0..<100 {
      try recorder.record(configuration: {
        made.withLock { $0 += 1 }
        return #"{"rate": \#(rate)}"#
      })
      try recorder.recordSample(rate)
    }
    try recorder.flush()
    #expect(try configuration == #"{"rate": 99}"#)
    #expect(made.withLock { $0 } == 1)
  }

  @Test(
    "It is written without a step too, when the run ends",
    arguments: ["end", "interrupt", "abandon"])
  func end(way: String) throws {
    try recorder.record(configuration: #"{"rate": 2}"#)
    switch way {
    case "end": try recorder.end(.finished)
    case "interrupt": try recorder.interrupt(reason: "Stopped.")
    default: recorder.abandon(reason: "Given up.")
    }
    #expect(try configuration == #"{"rate": 2}"#)
    let error = try storeError { try recorder.record(configuration: "{}") }
    #expect(error.kind == .misuse)
  }

  @Test(
    "What is no JSON object is refused, and nothing changes",
    arguments: ["", "[]", "null", "{", "{'a': 1}"])
  func refused(text: String) throws {
    try recorder.record(configuration: #"{"rate": 3}"#)
    let error = try storeError { try recorder.record(configuration: text) }
    #expect(error.kind == .misuse && error.description.contains("must be JSON objects"))
    try recorder.end(.finished)
    #expect(try configuration == #"{"rate": 3}"#)
  }

  @Test("It waits with the steps that could not be written")
  func failedWrite() throws {
    try database.connection.run(
      "CREATE TEMP TRIGGER refusal BEFORE INSERT ON step BEGIN SELECT raise(ABORT, 'no'); END")
    try recorder.record(configuration: #"{"rate": 4}"#)
    try recorder.recordSample(0)
    #expect(throws: StoreError.self) { try recorder.flush() }
    #expect(try configuration == #"{"rate": 1}"#)
    try database.connection.run("DROP TRIGGER refusal")
    try recorder.end(.finished)
    #expect(try configuration == #"{"rate": 4}"#)
    #expect(try database.run("run").stepCount == 1)
  }
}
