import Glibc
import TestSupport
import Testing

@Suite("Runs that are stopped and resumed")
struct ResumeTests {
  let place: RecordedFolder
  let options = [
    "record", "--layers", "6,5", "--batch-size", "20", "--probe", "20", "--probe-every", "30",
    "--evaluate-every", "40", "--momentum", "0.9", "--dropout", "0.2",
  ]

  init() throws { place = try RecordedFolder() }

  /// Waits until the run `victim` has recorded `steps` steps.
  func waitForSteps(_ steps: Int, of command: StartedCommand) throws {
    for _ in 0..<600 {
      let shown = try place.attempt(["show", "victim", "--format", "json"])
      let run = try? AnswerDocument(json: shown.output).rows.first
      if let count = run?["steps"]?.number, count >= Double(steps) { return }
      try #require(command.isRunning)
      usleep(50_000)
    }
    Issue.record("The run did not get to step \(steps).")
  }

  @Test("More steps for a finished run are the same as all of them at once")
  func more() throws {
    try place.normscope(options + ["--steps", "35", "--name", "half", "--tag", "a=b"])
    let run = try place.normscope(["record", "--resume", "half", "--steps", "70"])
    #expect(run.output.contains("finished, 70 steps"))
    try place.normscope(options + ["--steps", "70", "--name", "whole"])
    #expect(try place.numbers(of: "half") == place.numbers(of: "whole"))
    #expect(try place.checkpoint(of: "half") == place.checkpoint(of: "whole"))
    let details = try place.details(of: "half")
    #expect(details.tags == ["a": "b"])
    #expect(details.provenance.resumed_at == [35])
  }

  @Test(
    "Ctrl-C and kill leave a run with a checkpoint, which resumes as if it had never stopped",
    arguments: [SIGINT, SIGTERM])
  func signals(signal: Int32) throws {
    let command = try place.start(options + ["--steps", "1000000", "--name", "victim"])
    try waitForSteps(10, of: command)
    command.send(signal)
    let run = try command.wait()
    #expect(run.exitCode == 128 + signal)
    #expect(run.output.contains("next: normscope record --resume "))
    #expect(run.errorOutput.hasPrefix("normscope: The run was stopped before step "))
    #expect(run.errorOutput.filter { $0 == "\n" }.count == 1)
    let details = try place.details(of: "victim")
    #expect(details.status == "interrupted")
    #expect(details.steps >= 10)

    let steps = "\(details.steps + 25)"
    try place.normscope(["record", "--resume", "victim", "--steps", steps])
    #expect(try place.details(of: "victim").status == "finished")
    #expect(try place.details(of: "victim").provenance.resumed_at == [details.steps])
    try place.normscope(options + ["--steps", steps, "--name", "whole"])
    #expect(try place.numbers(of: "victim") == place.numbers(of: "whole"))
    #expect(try place.checkpoint(of: "victim") == place.checkpoint(of: "whole"))
  }

  @Test(
    "Killed beyond a checkpoint, it is taken back to that and goes on as if it had never stopped")
  func killed() throws {
    let command = try place.start(
      options + ["--steps", "1000000", "--name", "victim", "--checkpoint-every", "37"])
    try waitForSteps(60, of: command)
    command.send(SIGKILL)
    #expect(try command.wait().exitCode == -SIGKILL)
    let details = try place.details(of: "victim")
    #expect(details.status == "interrupted")

    let steps = "\(details.steps + 50)"
    try place.normscope(["record", "--resume", "victim", "--steps", steps])
    let resumedAt = try #require(try place.details(of: "victim").provenance.resumed_at?.first)
    #expect(resumedAt >= 37 && resumedAt % 37 == 0 && resumedAt <= details.steps)
    try place.normscope(
      options + ["--steps", steps, "--name", "whole", "--checkpoint-every", "37"])
    #expect(try place.numbers(of: "victim") == place.numbers(of: "whole"))
    for step in [nil, 37, resumedAt] {
      #expect(
        try place.checkpoint(of: "victim", step: step)
          == place.checkpoint(of: "whole", step: step))
    }
  }

  @Test(
    "So do all signals that end a program",
    arguments: [
      SIGHUP, SIGQUIT, SIGALRM, SIGUSR2, SIGXCPU, SIGVTALRM, SIGPROF, SIGIO, SIGPWR, SIGSTKFLT,
    ])
  func otherSignals(signal: Int32) throws {
    let command = try place.start(options + ["--steps", "1000000", "--name", "victim"])
    try waitForSteps(5, of: command)
    command.send(signal)
    #expect(try command.wait().exitCode == 128 + signal)
    let details = try place.details(of: "victim")
    #expect(details.status == "interrupted")
    #expect(try checkpointSteps() == [details.steps])
  }

  @Test("SIGUSR1 asks for a checkpoint, and training continues")
  func checkpointOnRequest() throws {
    let command = try place.start(options + ["--steps", "1000000", "--name", "victim"])
    try waitForSteps(5, of: command)
    command.send(SIGUSR1)
    for _ in 0..<600 where try checkpointSteps().isEmpty { usleep(50_000) }
    let step = try #require(try checkpointSteps().first)
    try waitForSteps(step + 5, of: command)
    command.send(SIGKILL)
    _ = try command.wait()
    let resumed = try place.normscope(["record", "--resume", "victim", "--steps", "\(step + 3)"])
    #expect(resumed.output.contains("finished, \(step + 3) steps"))
    #expect(try place.details(of: "victim").provenance.resumed_at == [step])
  }

  @Test("A signal that whoever started the program has it ignore is ignored, as under nohup")
  func ignored() throws {
    let command = try StartedCommand(
      "env",
      ["--ignore-signal=HUP,USR1", CommandRun.productPath("normscope")] + options
        + ["--steps", "1000000", "--name", "victim"], in: place.folder.path,
      environment: RecordedFolder.environment)
    try waitForSteps(5, of: command)
    command.send(SIGHUP)
    command.send(SIGUSR1)
    try waitForSteps(try place.details(of: "victim").steps + 50, of: command)
    #expect(try checkpointSteps() == [])
    command.send(SIGTERM)
    #expect(try command.wait().exitCode == 128 + SIGTERM)
  }

  func checkpointSteps() throws -> [Int] {
    try place.normscope(["sql", "SELECT step FROM checkpoint ORDER BY step", "--format", "csv"])
      .output
      .split(separator: "\n").compactMap { Int($0) }
  }

  @Test("A run that another process records is not resumed")
  func busy() throws { try expectGuarded(by: []) }

  @Test("Nor before it has a checkpoint")
  func busyWithoutCheckpoint() throws {
    let command = try StartedCommand(
      CommandRun.productPath("normscope"), options + ["--steps", "1000000", "--name", "victim"],
      in: place.folder.path, environment: RecordedFolder.environment)
    try waitForSteps(10, of: command)
    let run = try place.attempt(["record", "--resume", "victim"])
    #expect(run.exitCode == 75)
    #expect(run.errorOutput.contains("is being recorded by process"))
    command.send(SIGKILL)
    _ = try command.wait()
  }

  /// What starts a program in a namespace of processes of its own, where the system allows it.
  static let namespace = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]
  static let hasNamespaces: Bool = {
    let attempt = try? CommandRun(namespace[0], namespace.dropFirst() + ["true"])
    return attempt?.exitCode == 0
  }()

  @Test(
    "Nor is a run that is recorded in a container, whose processes are invisible",
    .enabled(if: hasNamespaces, "No namespace of processes can be made here."))
  func busyElsewhere() throws { try expectGuarded(by: Self.namespace) }

  func expectGuarded(by namespace: [String]) throws {
    let arguments =
      namespace + [CommandRun.productPath("normscope")] + options
      + ["--steps", "1000000", "--name", "victim", "--checkpoint-every", "5"]
    let command = try StartedCommand(
      arguments[0], Array(arguments.dropFirst()), in: place.folder.path,
      environment: RecordedFolder.environment)
    try waitForSteps(10, of: command)
    #expect(try place.details(of: "victim").status == "running")
    for attempt in [
      ["record", "--resume", "victim"], ["runs", "delete", "victim"], ["db", "compact"],
      ["db", "thin", "victim", "--keep-every", "2", "--before", "5", "--yes"],
    ] {
      let run = try place.attempt(attempt)
      #expect(run.exitCode == 75)
      #expect(run.errorOutput.contains("is being recorded by process"))
    }
    #expect(command.isRunning)
    command.send(SIGKILL)
    _ = try command.wait()
    for _ in 0..<600 where try place.details(of: "victim").status == "running" { usleep(50_000) }
    #expect(try place.details(of: "victim").status == "interrupted")
  }
}
