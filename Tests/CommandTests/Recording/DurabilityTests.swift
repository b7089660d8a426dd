import Glibc
import SQLite
import TestSupport
import Testing

@Suite("The durability of a record")
struct DurabilityTests {
  let place: RecordedFolder

  init() throws { place = try RecordedFolder() }

  @Test("A run has the failures that its steps survive", arguments: ["process", "full"])
  func provenance(durability: String) throws {
    try place.normscope(
      ["record", "--layers", "4", "--steps", "3", "--durability", durability, "--name", "run"])
    let shown = try place.normscope(["show", "run"]).output
    #expect(shown.contains("provenance.durability"))
    #expect(
      shown.split(separator: "\n").contains {
        $0.hasPrefix("provenance.durability") && $0.hasSuffix(" \(durability)")
      })
    #expect(shown.contains(/dropped_steps +0\n/))
  }

  @Test("Another word is a mistake on the command line")
  func unknown() throws {
    let run = try place.attempt(["record", "--durability", "some"])
    #expect(run.exitCode == 64)
    #expect(run.errorOutput.contains("process|full"))
  }

  /// Starts a run of very many steps, and waits until some are in the file.
  func startRecording(_ options: [String] = []) throws -> StartedCommand {
    let command = try place.start(
      ["record", "--layers", "4", "--steps", "100000000", "--probe", "0", "--name", "run"] + options
    )
    for _ in 0..<600 {
      let shown = try place.attempt(["runs", "--where", "steps > 100", "--format", "csv"])
      if shown.exitCode == 0 && shown.output.contains(",run,") { return command }
      try #require(command.isRunning)
      usleep(50_000)
    }
    Issue.record("The run did not begin.")
    return command
  }

  @Test(
    "A lock that another program holds is waited for; it ends a run that was told how long to wait")
  func lockTimeout() throws {
    let command = try startRecording(["--lock-timeout", "0.1"])
    let other = try Connection(path: place.folder.file("runs.db"), access: .readWrite)
    try other.beginWriting()
    // The run is given up before the lock is free, so it can't say so in the file.
    let run = try command.wait()
    try other.run("ROLLBACK")
    #expect(run.exitCode == 75)
    #expect(run.errorOutput.contains("is in use by another process"))
    #expect(try place.details(of: "run").status == "interrupted")
    try place.normscope(["db", "check"])
  }

  @Test("A program that waits for a lock ends some seconds after it was asked to stop")
  func stoppedWhileWaiting() throws {
    let command = try startRecording()
    let other = try Connection(path: place.folder.file("runs.db"), access: .readWrite)
    try other.beginWriting()
    command.send(SIGTERM)
    let run = try command.wait()
    try other.run("ROLLBACK")
    #expect(run.exitCode == 75)
    #expect(try place.details(of: "run").status == "interrupted")
  }

  @Test(
    "One thread receives the signals that stop a run, and none that computes: a handler would overwrite oneDNN's workspace",
    arguments: [SIGINT, SIGTERM, SIGUSR1])
  func signalThread(signal: Int32) throws {
    let command = try startRecording(["--threads", "2"])
    let threads = try command.threads(of: signal)
    #expect(threads.receiving == 1)
    #expect(threads.blocking >= 2)
    command.send(SIGTERM)
    #expect(try command.wait().exitCode == 128 + SIGTERM)
  }

  @Test("A time to wait is a number of seconds", arguments: ["-1", "nan", "inf", "soon"])
  func impossibleTimeout(time: String) throws {
    #expect(try place.attempt(["record", "--steps", "1", "--lock-timeout=\(time)"]).exitCode == 64)
  }

  @Test(
    "A database that is removed while it is recorded into ends the run, which is not called finished"
  )
  func removed() throws {
    let command = try startRecording()
    try place.folder.remove("runs.db")
    let run = try command.wait()
    #expect(run.exitCode == 74)
    #expect(run.output == "")
    #expect(
      run.errorOutput.contains("was removed, renamed or replaced while it was being written to"))
  }

  @Test("A file that may not grow ends the run with exit code 74, and says which steps it cost")
  func noRoom() throws {
    // Without the signal of a file that is too large, writing it is refused as on a full disk.
    let script = """
      trap '' XFSZ; ulimit -f 8000
      exec "$0" record --layers 64,64 --steps 100000 --probe 0 --name run
      """
    let run = try CommandRun(
      "bash", ["-c", script, CommandRun.productPath("normscope")], in: place.folder.path,
      environment: RecordedFolder.environment)
    #expect(run.exitCode == 74)
    #expect(run.errorOutput.split(separator: "\n").count == 1)
    #expect(run.errorOutput.contains("runs.db"))
    let details = try place.details(of: "run")
    #expect(["failed", "interrupted"].contains(details.status))
    #expect(details.steps > 0)
    #expect(details.dropped_steps > 0 || details.status == "interrupted")
  }
}
