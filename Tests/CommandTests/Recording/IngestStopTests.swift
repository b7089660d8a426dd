import FoundationEssentials
import Glibc
import RunStore
import SQLite
import TestSupport
import Testing

@Suite("A recording of another program's run that is stopped")
struct IngestStopTests {
  let place: RecordedFolder

  init() throws {
    place = try RecordedFolder()
    try place.folder.write(IngestTests.begin + "\n", to: "first")
    _ = try CommandRun("mkfifo", [place.folder.file("fifo")])
  }

  /// Starts a recorder, and a sender of steps without end from `firstStep` on.
  func start(_ options: [String] = [], firstStep: Int = 0) throws -> (
    recorder: StartedCommand, sender: StartedCommand
  ) {
    (try place.start(["ingest", "fifo"] + options), try startSender(from: firstStep))
  }

  /// Starts a program that sends steps into the FIFO until nobody reads them.
  func startSender(from firstStep: Int = 0) throws -> StartedCommand {
    let parts = IngestTests.step(-7).split(separator: "-7", maxSplits: 1)
    let loop = """
      exec > fifo; cat first; step=\(firstStep)
      while echo '\(parts[0])'$step'\(parts[1])'; do step=$((step + 1)); done 2> /dev/null
      """
    return try StartedCommand("bash", ["-c", loop], in: place.folder.path)
  }

  /// Waits until the run has more than `count` steps in the file.
  func waitForSteps(_ count: Int, of command: StartedCommand) throws {
    for _ in 0..<600 {
      let shown = try place.attempt(["runs", "--where", "steps > \(count)", "--format", "csv"])
      if shown.exitCode == 0 && shown.output.contains(",sent,") { return }
      try #require(command.isRunning)
      usleep(50_000)
    }
    Issue.record("The run did not begin.")
  }

  func expectSound() throws {
    #expect(try place.answer(["db", "check"]).rows(of: "fault").isEmpty)
  }

  @Test("A signal leaves an interrupted run, as it does in record", arguments: [SIGINT, SIGTERM])
  func signals(signal: Int32) throws {
    let (recorder, sender) = try start()
    try waitForSteps(10, of: recorder)
    recorder.send(signal)
    let run = try recorder.wait()
    _ = try sender.wait()
    #expect(run.exitCode == 128 + signal)
    #expect(run.output.contains("next: normscope ingest --resume "))
    #expect(run.errorOutput.hasPrefix("normscope: The recording was stopped before step "))
    #expect(run.errorOutput.filter { $0 == "\n" }.count == 1)
    #expect(try place.details(of: "sent").status == "interrupted")
    try expectSound()
  }

  @Test("A recorder that waits for a silent sender stops at a signal, too")
  func silence() throws {
    let recorder = try place.start(["ingest", "fifo"])
    let sender = try StartedCommand(
      "bash", ["-c", "exec > fifo; cat first; exec sleep 60"], in: place.folder.path)
    while try place.attempt(["show", "sent"]).exitCode != 0 && recorder.isRunning { usleep(50_000) }
    recorder.send(SIGTERM)
    #expect(try recorder.wait().exitCode == 128 + SIGTERM)
    sender.send(SIGKILL)
    #expect(try place.details(of: "sent").status == "interrupted")
  }

  @Test("A signal loses no step that has come already")
  func drains() throws {
    let recorder = try place.start(["ingest", "fifo"])
    let steps = (0..<50).map { IngestTests.step($0) + "\n" }.joined()
    try place.folder.write(steps, to: "steps")
    let script = """
      exec > fifo; cat first; until [ -e go ]; do sleep 0.01; done
      cat steps; touch gone; exec sleep 60
      """
    let sender = try StartedCommand("bash", ["-c", script], in: place.folder.path)
    while try place.attempt(["show", "sent"]).exitCode != 0 && recorder.isRunning { usleep(50_000) }
    // The steps come while the recorder cannot read them, and the signal after them.
    recorder.send(SIGSTOP)
    try place.folder.write("", to: "go")
    while !FileManager.default.fileExists(atPath: place.folder.file("gone")) && sender.isRunning {
      usleep(10_000)
    }
    recorder.send(SIGTERM)
    recorder.send(SIGCONT)
    let run = try recorder.wait()
    sender.send(SIGKILL)
    #expect(run.exitCode == 128 + SIGTERM)
    #expect(run.errorOutput.hasPrefix("normscope: The recording was stopped before step 50;"))
    #expect(try place.details(of: "sent").steps == 50)
    #expect(try place.details(of: "sent").status == "interrupted")
    try expectSound()
  }

  @Test("Killed at a random moment, it leaves whole steps and a sound file", arguments: 0..<50)
  func killed(seed: Int) throws {
    var generator = SplitMix64(seed: UInt64(seed))
    let (recorder, sender) = try start()
    usleep(UInt32.random(in: 0...400_000, using: &generator))
    recorder.send(SIGKILL)
    #expect(try recorder.wait().exitCode == -SIGKILL)
    sender.send(SIGKILL)
    _ = try sender.wait()
    guard try place.attempt(["show", "sent"]).exitCode == 0 else { return }
    let details = try place.details(of: "sent")
    #expect(details.status == "interrupted")
    try expectSound()
    let counts = try place.answer([
      "sql", "SELECT count(*) AS steps, (SELECT count(*) FROM moment) AS moments FROM step",
    ])
    #expect(counts.numbers(of: "steps") == [Double(details.steps)])
    #expect(counts.numbers(of: "moments") == counts.numbers(of: "steps"))
  }

  @Test("Two recorders of one run: the second is refused")
  func twoWriters() throws {
    let (recorder, sender) = try start()
    try waitForSteps(10, of: recorder)
    let second = try place.attempt(["ingest", "first", "--resume", "sent"])
    #expect(second.exitCode == 75)
    #expect(second.errorOutput.contains("is being recorded by process"))
    #expect(recorder.isRunning)
    sender.send(SIGKILL)
    #expect(try recorder.wait().exitCode == 65)
    #expect(try place.details(of: "sent").status == "interrupted")
  }

  @Test("The lock of the database is waited for as long as was said")
  func lockTimeout() throws {
    let (recorder, sender) = try start(["--lock-timeout", "0.1"])
    try waitForSteps(10, of: recorder)
    let other = try Connection(path: place.folder.file("runs.db"), access: .readWrite)
    try other.beginWriting()
    let run = try recorder.wait()
    try other.run("ROLLBACK")
    sender.send(SIGKILL)
    #expect(run.exitCode == 75)
    #expect(run.errorOutput.contains("is in use by another process"))
    try expectSound()
  }

  @Test("A file that may not grow ends the recording with exit code 74")
  func noRoom() throws {
    let script = """
      trap '' XFSZ; ulimit -f 8000
      exec "$0" ingest fifo
      """
    let recorder = try StartedCommand(
      "bash", ["-c", script, CommandRun.productPath("normscope")], in: place.folder.path,
      environment: RecordedFolder.environment)
    let sender = try startSender()
    let run = try recorder.wait()
    sender.send(SIGKILL)
    #expect(run.exitCode == 74)
    #expect(run.errorOutput.split(separator: "\n").count == 1)
    #expect(["failed", "interrupted"].contains(try place.details(of: "sent").status))
  }
}
