import FoundationEssentials
import RunModel
import RunStore
import TestSupport
import Testing

@Suite("A loss of power")
struct PowerLossTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Records a run, and looks at what a loss of power at a random moment could leave of it, `count` times.
  ///
  /// - Returns: how many steps were there in the files where some had been flushed, and how many had been.
  func losses(
    _ durability: Durability, count: Int
  ) throws -> [(stepCount: Int, flushedCount: Int)] {
    let disk = try FaultyDisk()
    var acknowledged: [(changes: Int, steps: Int)] = []
    let attempt = try RecordingAttempt(
      path: folder.file("runs.db"), durability: durability, vfs: disk.name,
      // To copy the log is to have the disk take it: not after each write.
      checkpointPages: 20
    ) { acknowledged.append((disk.changeCount, $0)) }
    #expect(attempt.error == nil)
    var generator = SplitMix64(seed: 7)
    var losses: [(stepCount: Int, flushedCount: Int)] = []
    for seed in 0..<UInt64(count) {
      let changes = Int.random(in: 0...disk.changeCount, using: &generator)
      let flushed = acknowledged.last { $0.changes <= changes }?.steps ?? 0
      let left = try TemporaryFolder()
      disk.losePower(after: changes, seed: seed, into: left.path)
      guard try left.names().contains("runs.db") else {
        #expect(flushed == 0)
        continue
      }
      let stepCount = try check(left.file("runs.db"))
      if flushed > 0 { losses.append((stepCount, flushed)) }
    }
    return losses
  }

  /// Checks a file after a loss of power.
  ///
  /// - Returns: how many steps are in it, all of them whole.
  func check(_ path: String) throws -> Int {
    let database = try RunDatabase(path: path, for: .record)
    try database.expectIntegrity()
    guard let run = try database.runs().first else { return 0 }
    return try SampleRun.checkedStepCount(of: run, in: database)
  }

  @Test("With full durability it costs no step that was flushed")
  func full() throws {
    let losses = try losses(.full, count: 400)
    #expect(losses.count > 200)
    for loss in losses { #expect(loss.stepCount >= loss.flushedCount) }
  }

  @Test("Without, it may cost the newest steps, but never the file or half a step")
  func process() throws {
    let losses = try losses(.process, count: 400)
    #expect(losses.count > 200)
    // Else the disk of these tests would be a safe one, and they would prove nothing.
    #expect(losses.contains { $0.stepCount < $0.flushedCount })
  }
}
