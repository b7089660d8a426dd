import FoundationEssentials
import Glibc
import RunModel
@testable import RunStore
import TestSupport
import Testing

@Suite("Copying the log while a run is recorded", .serialized)
struct LogCheckpointTests {
  /// Its mean and its variance are 1 MiB together.
  static let site = Site(
    layer: 1, tap: .input, population: .batch, statistics: .batch, width: 1 << 17)

  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("runs.db")
  }

  /// Records steps of 1 MiB each, with vectors that tell their step.
  static func record(_ steps: Range<Int>, with recorder: RunRecorder) throws {
    for step in steps {
      let vector = [Float](repeating: Float(step), count: site.width)
      recorder.record(site, step: step, count: 1, mean: vector, variance: vector)
      try recorder.record(SampleRun.step(step))
    }
  }

  /// How many whole steps there are, from 0 on.
  func checkedStepCount() throws -> Int {
    let database = try RunDatabase(path: path, for: .read)
    try database.expectIntegrity()
    let run = try database.run("latest")
    var count = 0
    for site in try database.sites(of: run) {
      try database.forEachMoment(at: site, withAffine: false) { moment in
        #expect(moment.step == count)
        let vectors = [moment.mean, moment.variance]
        #expect(vectors.allSatisfy { $0.allSatisfy { $0 == Float(count) } })
        count += 1
      }
    }
    #expect(run.stepCount == count)
    return count
  }

  func size(_ name: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: folder.file(name))
    return try #require(attributes[.size] as? Int)
  }

  @Test("Records are copied into the file during recording, and the log is gone after it")
  func whileRecording() throws {
    do {
      let database = try RunDatabase(path: path, for: .record)
      let recorder = try RunRecorder(database: database, run: NewRun(name: "wide"))
      try Self.record(0..<20, with: recorder)
      try recorder.flush()
      // The limit of the log counts a page as often as it is written, so the file is shorter.
      let copied = try size("runs.db")
      #expect(copied >= DatabaseFile.checkpointBytes / 2)
      #expect(try size("runs.db-wal") < 32 << 20)
      try Self.record(20..<30, with: recorder)
      try recorder.end(.finished)
    }
    #expect(try folder.names() == ["runs.db"])
    #expect(try checkedStepCount() == 30)
  }

  @Test("The log stays as short as it may get, however fast it is written")
  func bounded() throws {
    let file = try DatabaseFile(
      path: path, durability: .process, vfs: nil, checkpointBytes: 1 << 20)
    do {
      let database = try RunDatabase(file, for: .record)
      let recorder = try RunRecorder(database: database, run: NewRun(name: "wide"))
      try Self.record(0..<60, with: recorder)
      // One transaction more than the limit.
      #expect(try size("runs.db-wal") < file.checkpointBytes + 2 * RunRecorder.flushBytes)
      try recorder.end(.finished)
    }
    #expect(try checkedStepCount() == 60)
  }

  @Test(
    "A process that is killed while the log is copied leaves whole steps",
    arguments: [30_000, 60_000, 90_000, 120_000, 180_000, 250_000] as [UInt32])
  func killed(microseconds: UInt32) async throws {
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, microseconds] in
      let database = try RunDatabase(path: path, for: .record)
      let recorder = try RunRecorder(database: database, run: NewRun(name: "wide"))
      Task.detached {
        usleep(microseconds)
        kill(getpid(), SIGKILL)
      }
      var step = 0
      while true {
        try LogCheckpointTests.record(step..<step + 1, with: recorder)
        step += 1
      }
    }
    _ = try checkedStepCount()
  }
}
