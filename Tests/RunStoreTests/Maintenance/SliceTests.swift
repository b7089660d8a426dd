import RunModel
@testable import RunStore
import SQLite
import TestSupport
import Testing

@Suite("Work that lets others write meanwhile")
struct SliceTests {
  let folder: TemporaryFolder
  let database: RunDatabase
  let run: Run

  init() throws {
    folder = try TemporaryFolder()
    let path = folder.file("runs.db")
    try makeSampleDatabase(at: path, steps: 600)
    database = try RunDatabase(path: path, for: .record)
    run = try database.run("sample")
    let writer = try database.writer
    (writer.sliceTime, writer.pauseMicroseconds) = (.zero, 0)
  }

  /// Has deleting rows of `table` fail, as on a full disk.
  func refuseDeletion(of table: String) throws {
    try database.connection.run(
      "CREATE TEMP TRIGGER refusal BEFORE DELETE ON \(table) BEGIN SELECT raise(ABORT, 'no'); END")
  }

  func count(_ table: String) throws -> Int {
    try #require(
      try database.connection.firstRow("SELECT count(*) FROM \(table)") { $0.integer(0) })
  }

  @Test("Others have the lock between two slices, and what came before an error stands")
  func slices() throws {
    let other = try Connection(path: database.path, access: .readWrite, busyTimeout: 0)
    struct Failure: Error {}
    var refusedCount = 0
    let outcome = Result {
      try database.writer.slices { breathe in
        for number in 0..<3 {
          try database.connection.run("UPDATE run SET note = ?", [.text("\(number)")])
          if (try? other.run("UPDATE run SET name = 'late'")) == nil { refusedCount += 1 }
          try breathe()
        }
        try database.connection.run("UPDATE run SET note = 'lost'")
        throw Failure()
      }
    }
    #expect(throws: Failure.self) { try outcome.get() }
    #expect(refusedCount == 3)
    try other.run("UPDATE run SET name = 'other'")
    let run = try database.run("other")
    #expect(run.note == "2")
  }

  @Test("A purge that was stopped on the way leaves a run that can be purged, and not restored")
  func partialPurge() throws {
    try database.delete([run])
    try refuseDeletion(of: "step")
    #expect(throws: StoreError.self) { try database.purge(run) }
    #expect(try count("moment") == 0 && count("step") == 600)
    let error = try storeError { try database.restore([run]) }
    #expect(error.description.contains("is incomplete"))
    #expect(try database.runs(inTrash: true).map(\.uuid) == [run.uuid])
    try database.connection.run("DROP TRIGGER refusal")
    try database.purge(run)
    for table in [
      "run", "site", "moment", "affine", "rollup", "step", "evaluation", "checkpoint", "tag",
    ] {
      #expect(try count(table) == 0, "\(table)")
    }
    #expect(try folder.names().filter { $0.hasSuffix("-recorders") } == [])
  }

  @Test("A purge needs no more of the disk than a slice: the log is copied between")
  func logOfPurge() throws {
    let path = folder.file("wide.db")
    do {
      let database = try RunDatabase(path: path, for: .record)
      let recorder = try RunRecorder(database: database, run: NewRun(name: "wide"))
      try LogCheckpointTests.record(0..<64, with: recorder)
      try recorder.end(.finished)
    }
    // Opened anew, as the log of a recording keeps its length.
    let wide = try RunDatabase(path: path, for: .record)
    let writer = try wide.writer
    (writer.sliceTime, writer.pauseMicroseconds) = (.zero, 0)
    let run = try wide.run("wide")
    try wide.delete([run])
    try wide.purge(run)
    #expect(RunDatabase.size(ofFileAt: path) > 64 << 20)
    #expect(RunDatabase.size(ofFileAt: path + "-wal") < 16 << 20)
  }

  @Test("A merge that fails on the way leaves nothing behind, and what was here")
  func failedMerge() throws {
    let other = try RunDatabase(path: folder.file("other.db"), for: .record)
    try other.merge(database) { _ in }
    let before = try other.run("sample")
    // The run went on here, but one of its rows can't be.
    let recorder = try SampleTraining.resume(run, from: 600, in: database)
    for step in 600..<700 { try recorder.recordSample(step) }
    try recorder.end(.finished)
    try other.connection.run(
      "CREATE TEMP TRIGGER refusal BEFORE INSERT ON moment WHEN new.step = 650 BEGIN SELECT raise(ABORT, 'no'); END"
    )
    #expect(throws: StoreError.self) { try other.merge(database) { _ in } }
    #expect(try other.runs().map(\.uuid) == [before.uuid])
    #expect(try other.runs(inTrash: true).isEmpty)
    #expect(try SampleRun.checkedStepCount(of: other.run("sample"), in: other) == 600)
    try other.connection.run("DROP TRIGGER refusal")
    try other.merge(database) { #expect($0.outcome == .replaced(steps: 600)) }
    #expect(try SampleRun.checkedStepCount(of: other.run("sample"), in: other) == 700)
    #expect(try other.runs(inTrash: true).isEmpty)
    try other.expectIntegrity()
  }

  @Test(
    "A log that grows because somebody keeps reading an old state is reported once it is twice as long"
  )
  func growingLog() throws {
    let writer = try database.writer
    writer.reportedLogBytes = 0
    let reader = try Connection(path: database.path, access: .readOnly)
    try reader.run("BEGIN")
    try reader.run("SELECT count(*) FROM run")
    let said = Said()
    let waiting = LockWaiting(report: { said.add("\($0)") })
    try writer.transaction { try database.connection.run("UPDATE run SET note = 'a'") }
    for _ in 0..<3 { try writer.copyLog(waiting) }
    #expect(said.all.count == 1 && said.all[0].hasPrefix("The log "))
    try reader.run("ROLLBACK")
    try writer.copyLog(waiting)
    #expect(said.all.count == 1)
  }

  @Test("Another run that got the row of a purged one is neither thinned nor tagged in its place")
  func reusedRow() throws {
    try database.delete([run])
    try database.purge(run)
    let recorder = try RunRecorder(database: database, run: NewRun(name: "new"))
    for step in 0..<300 { try recorder.recordSample(step) }
    try recorder.end(.finished)
    let before = try (count("moment"), count("tag"))
    for attempt in [
      { _ = try database.thin(run, keepingEvery: 10, before: 256) },
      { try database.setTags(of: run, to: ["a": "b"]) },
    ] as [() throws -> Void] {
      #expect(try storeError { try attempt() }.kind == .unknownRun)
    }
    #expect(try (count("moment"), count("tag")) == before)
  }

  @Test("A run that is purged or merged in part is no fault of the file")
  func partIsNoFault() throws {
    try database.delete([run])
    try refuseDeletion(of: "checkpoint")
    #expect(throws: StoreError.self) { try database.purge(run) }
    #expect(try count("step") < 600)
    var faults: [String] = []
    _ = try database.check { if $0.severity == .fault { faults.append($0.message) } }
    #expect(faults == [])
  }

  @Test("What a killed purge left is purged by the next merge")
  func partOfPurge() throws {
    try database.delete([run])
    try refuseDeletion(of: "checkpoint")
    #expect(throws: StoreError.self) { try database.purge(run) }
    #expect(try database.runs(inTrash: true).count == 1)
    try database.connection.run("DROP TRIGGER refusal")
    try database.merge(RunDatabase(path: folder.file("empty.db"), for: .record)) { _ in }
    #expect(try count("run") == 0 && count("checkpoint") == 0)
  }

  @Test("A snapshot reads one state, even if the run is purged meanwhile")
  func snapshot() throws {
    let reader = try RunDatabase(path: database.path, for: .read)
    try reader.snapshot {
      let run = try reader.run("sample")
      try database.delete([self.run])
      try database.purge(self.run)
      #expect(try SampleRun.checkedStepCount(of: run, in: reader) == 600)
    }
    #expect(try reader.runs().isEmpty)
  }

  @Test("Where the system gives no thread, work is done by whoever begins it")
  func noThread() {
    let queue = WriteQueue()
    var isDone = false
    queue.begin { isDone = true }
    #expect(isDone)
    queue.wait()
  }
}
