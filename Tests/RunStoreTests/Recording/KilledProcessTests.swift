import FoundationEssentials
import Glibc
import RunModel
import RunStore
import TestSupport
import Testing

@Suite("A hundred kills")
struct KilledProcessTests {
  @Test(
    "Killed at a random moment, it leaves every step that it knew to be written, and all older than the interval",
    arguments: 0..<100)
  func anyMoment(seed: Int) throws {
    var generator = SplitMix64(seed: UInt64(seed))
    let folder = try TemporaryFolder()
    let path = folder.file("runs.db")
    // As fast as it can, so that it is mostly writing, or as training does.
    let recording = try StartedRecording(
      path: path, name: "victim", stepCount: 1_000_000, pause: seed % 3 == 0 ? 0 : 4000)
    usleep(UInt32.random(in: 0...(seed % 3 == 0 ? 150_000 : 600_000), using: &generator))
    recording.send(SIGKILL)
    let (ending, lines) = try recording.wait()
    #expect(ending.exitCode == -SIGKILL && ending.errorOutput == "")
    guard FileManager.default.fileExists(atPath: path) else {
      #expect(lines.isEmpty)
      return
    }
    let database = try RunDatabase(path: path, for: .record)
    try database.expectIntegrity()
    guard let run = try database.runs().first else {
      #expect(lines.isEmpty)
      return
    }
    #expect(run.status == .interrupted)
    let count = try StartedRecording.checkedStepCount(of: run, in: database)
    guard let last = lines.last else { return }
    // It may have been killed between writing a step and saying so.
    #expect(last.flushedStep + 1 <= count && count <= last.step + 2)
    #expect(last.step + 1 - count <= RunRecorder.flushSteps)
    // The last step began after the one before had been told of.
    guard let before = lines.dropLast().last else { return }
    let interval = Int(RunRecorder.flushInterval.seconds * 1e9)
    let due = lines.prefix { $0.nanoseconds + interval <= before.nanoseconds }
    #expect(count >= due.count)
    // Anybody can go on.
    try makeSampleDatabase(at: path, steps: 2)
  }
}
