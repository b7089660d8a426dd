import Glibc
import RunModel
import RunStore
import SQLite
import Synchronization
import TestSupport
import Testing

@Suite("Recording beside others")
struct ConcurrentRecordingTests {
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
    try SampleRun.checkedStepCount(of: reader.run(recorder.uuid), in: reader)
  }

  /// How often a reader has looked, and whether there is more to come.
  final class Progress: Sendable {
    let lookCount = Atomic(0)
    let isDone = Atomic(false)
  }

  @Test("A reader never sees a step without its moments, or moments without their step")
  func concurrentReader() async throws {
    let progress = Progress()
    let total = 1500
    var counts: Set<Int> = []
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { [path] in
        defer { progress.isDone.store(true, ordering: .releasing) }
        let database = try RunDatabase(path: path, for: .record)
        let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
        for step in 0..<total {
          try recorder.recordSample(step)
          guard step % 300 == 299 else { continue }
          // Let the reader look in between, however slow it is.
          let seen = progress.lookCount.load(ordering: .relaxed)
          while progress.lookCount.load(ordering: .relaxed) < seen + 2, !Task.isCancelled {
            usleep(100)
          }
        }
        try recorder.end(.finished)
      }
      while !progress.isDone.load(ordering: .acquiring) {
        let row = try reader.connection.firstRow(
          """
          SELECT (SELECT count(*) FROM step), (SELECT count(*) FROM moment),
            (SELECT count(*) FROM step
             WHERE 2 <> (SELECT count(*) FROM moment WHERE moment.step = step.step))
          """
        ) { [$0.integer(0), $0.integer(1), $0.integer(2)] }
        let found = try #require(row)
        #expect(found == [found[0], 2 * found[0], 0])
        counts.insert(found[0])
        progress.lookCount.add(1, ordering: .relaxed)
        await Task.yield()
      }
      try await group.waitForAll()
    }
    // Five times the reader looked after at least 256 more steps had been written.
    #expect(counts.count >= 5)
    #expect(try SampleRun.checkedStepCount(of: reader.run("run"), in: reader) == total)
  }

  @Test("Two recorders of one process write into one file in turn")
  func twoRecorders() throws {
    let databases = [database, try RunDatabase(path: path, for: .record)]
    let recorders = try databases.map { try RunRecorder(database: $0, run: NewRun(name: "run")) }
    for step in 0..<600 {
      for recorder in recorders { try recorder.recordSample(step) }
    }
    for recorder in recorders { try recorder.end(.finished) }
    #expect(try recorders.map { try visible($0) } == [600, 600])
    try database.expectIntegrity()
  }

  @Test("Two recorders may share one connection")
  func sharedConnection() throws {
    let recorders = try (0..<2).map { _ in
      try RunRecorder(database: database, run: NewRun(name: "run"))
    }
    for step in 0..<300 {
      for recorder in recorders { try recorder.recordSample(step) }
    }
    for recorder in recorders { try recorder.end(.finished) }
    #expect(try recorders.map { try visible($0) } == [300, 300])
  }
}
