import FoundationEssentials
import Glibc
import SQLite
import TestSupport
import Testing

@Suite("A run that another program sends")
struct IngestTests {
  let place: RecordedFolder

  init() throws { place = try RecordedFolder() }

  static let begin =
    #"{"type": "begin", "protocol": 1, "name": "sent", "configuration": {"rate": 0.1}, "provenance": {"host": "elsewhere", "tool": "mine"}, "tags": {"a": "b"}, "tensors": [{"name": "bn", "units": 2, "epsilon": 1e-5}]}"#
  static let end = #"{"type": "end"}"#

  static func step(_ step: Int, mean: Double = 0) -> String {
    #"{"type": "step", "step": \#(step), "loss": 0.5, "learning_rate": 0.1, "batch_size": 4, "duration": 0.001, "moments": {"bn": {"count": 4, "mean": [\#(mean), 1], "variance": [1, 1], "gamma": [1, 1], "beta": [0, 0]}}}"#
  }

  /// Writes a stream of lines into the folder.
  func write(_ lines: [String], to name: String = "run.ndjson") throws {
    try place.folder.write(lines.map { $0 + "\n" }.joined(), to: name)
  }

  /// Starts a shell command in which `normscope` is the program.
  func shell(_ script: String) throws -> StartedCommand {
    try StartedCommand(
      "bash", ["-c", "normscope() { \"$PROGRAM\" \"$@\"; }; " + script], in: place.folder.path,
      environment: RecordedFolder.environment.merging([
        "PROGRAM": CommandRun.productPath("normscope")
      ]) { $1 })
  }

  func expectSound() throws {
    #expect(try place.answer(["db", "check"]).rows(of: "fault").isEmpty)
  }

  @Test("It is read from a file, standard input, a pipe and a FIFO")
  func inputs() throws {
    try write([Self.begin, Self.step(0), Self.step(1), Self.end])
    for script in [
      "normscope ingest run.ndjson", "normscope ingest < run.ndjson",
      "cat run.ndjson | normscope ingest -",
      "mkfifo fifo; (sleep 0.3; cat run.ndjson > fifo) & normscope ingest fifo",
    ] {
      let run = try shell(script).wait()
      #expect(run.exitCode == 0, "\(script): \(run.errorOutput)")
      #expect(run.output.contains(": finished, 2 steps in "), "\(script): \(run.output)")
      #expect(run.output.contains("next: normscope shift "))
    }
    #expect(try place.answer(["runs"]).rows.count == 4)
    try expectSound()
  }

  @Test("What the stream does not say is missing in every answer, and NaN is NaN")
  func unknown() throws {
    try write([
      Self.begin, #"{"type": "step", "step": 0, "loss": "NaN"}"#, #"{"type": "step", "step": 1}"#,
      #"{"type": "evaluation", "step": 2, "split": "val", "accuracy": 0.25}"#,
      #"{"type": "evaluation", "step": 2, "split": "test", "loss": "NaN"}"#, Self.end,
    ])
    let ingested = try place.normscope(["ingest", "run.ndjson"])
    #expect(
      ingested.output.hasPrefix("sent: test loss NaN; val accuracy 25.00 %."),
      "\(ingested.output)")
    #expect(ingested.output.contains("next: normscope show "))
    let steps = try place.exported("sent").rows(of: "step")
    #expect(steps.map { $0["loss"]?.text } == ["NaN", nil])
    let shown = try place.answer(["show", "sent"])
    #expect(shown.rows(of: "run").map { $0["loss"] } == [.missing])
    #expect(shown.rows(of: "evaluation").map { $0["loss"] } == [.text("NaN"), .missing])
    #expect(shown.rows(of: "evaluation").map { $0["accuracy"] } == [.missing, .number(0.25)])
    #expect(shown.rows(of: "event").map { $0["kind"] } == [.text("diverged")])
    try expectSound()
  }

  @Test("Events of a run show in show and events, with the tensor that they are about")
  func events() throws {
    try write([
      Self.begin,
      #"{"type": "step", "step": 0, "moments": {"bn": {"count": 4, "mean": ["NaN", 0], "variance": [1, 1], "gamma": [1, 1], "beta": [0, 0]}}}"#,
      #"{"type": "event", "step": 1, "kind": "frozen", "message": "It rests.", "layer": "bn"}"#,
      Self.end,
    ])
    try place.normscope(["ingest", "run.ndjson"])
    for answer in try [place.answer(["show", "sent"]), place.answer(["events", "sent"])] {
      let events = answer.rows.filter { $0["kind"]?.text != nil && $0["message"]?.text != nil }
      #expect(events.map { $0["kind"] } == [.text("non-finite"), .text("frozen")])
      #expect(events.map { $0["tap"] } == [.text("preactivation"), .missing])
      #expect(events.map { $0["layer_name"] } == [.text("bn"), .text("bn")])
      #expect(
        events[0]["message"]?.text?.contains("has 1 element that is NaN or infinite") == true)
    }
  }

  @Test("A line on the terminal shows the step, the loss if it is known, and the rate")
  func progress() throws {
    try #require(TerminalTests.hasTerminal)
    try write([Self.begin, Self.step(0)], to: "first")
    try write([Self.step(1)], to: "second")
    try write([#"{"type": "step", "step": 7}"#], to: "third")
    try write([Self.end], to: "fourth")
    let program = CommandRun.productPath("normscope")
    let send = "(for part in first second third fourth; do cat $part; sleep 1; done)"
    let run = try CommandRun(
      "script",
      ["-qec", "stty cols 80 rows 24; \(send) | '\(program)' ingest --db runs.db", "/dev/null"],
      in: place.folder.path)
    let lines = run.output.split(separator: "\r\u{1B}[K").filter { $0.contains("steps/s") }
    #expect(lines.contains { $0.hasPrefix("sent: step 2, loss 0.5, ") }, "\(run.output)")
    #expect(lines.contains { $0.hasPrefix("sent: step 8, ") && !$0.contains(", loss") })
  }

  @Test("The run has what both programs know of it")
  func provenance() throws {
    try write([Self.begin, Self.step(0), Self.end])
    try place.normscope([
      "ingest", "run.ndjson", "--name", "mine", "--tag", "c=d", "--durability", "full",
    ])
    let shown = try place.normscope(["show", "mine", "--format", "ndjson"]).output
    for part in [
      #""host":"elsewhere""#, #""tool":"mine""#, #""protocol":1"#, #""durability":"full""#,
      #""version":""#, #""rate":0.1"#, #""a":"b""#, #""c":"d""#,
    ] {
      #expect(shown.contains(part), "\(part) in \(shown)")
    }
  }

  @Test("With --acknowledge each newest step in the file is told, while the sender pauses")
  func acknowledgments() throws {
    try write([Self.begin, Self.step(0)], to: "first")
    try write([Self.step(1), Self.end], to: "second")
    let run = try shell("(cat first; sleep 1; cat second) | normscope ingest --acknowledge").wait()
    #expect(run.exitCode == 0, "\(run.errorOutput)")
    let lines = run.output.split(separator: "\n").map(String.init)
    let id = try place.answer(["runs"]).texts(of: "run").first ?? nil
    #expect(
      lines.first?.hasPrefix(#"{"type":"recording","protocol":1,"version":"#) == true
        && lines.first?.contains(
          #""run":"\#(id ?? "")","name":"sent","database":"runs.db","next_step":0}"#)
          == true
    )
    #expect(
      lines.dropFirst() == [
        #"{"type":"durable","step":0}"#, #"{"type":"durable","step":1}"#,
        #"{"type":"ended","status":"finished"}"#,
      ])
  }

  @Test("A reader of acknowledgments that has gone, or does not read, stops nothing")
  func deafSender() throws {
    try write([Self.begin] + (0..<20_000).map { Self.step($0) } + [Self.end])
    let gone = try shell("normscope ingest run.ndjson --acknowledge | true; exit ${PIPESTATUS[0]}")
    #expect(try gone.wait().exitCode == 0)
    #expect(try place.details(of: "sent").steps == 20_000)
  }

  @Test("A wrong message ends the run as failed, with what came before", arguments: [false, true])
  func wrongMessage(isAcknowledged: Bool) throws {
    try write([Self.begin, Self.step(0), Self.step(0), Self.end])
    let run = try place.attempt(
      ["ingest", "run.ndjson"] + (isAcknowledged ? ["--acknowledge"] : []))
    #expect(run.exitCode == 65)
    #expect(
      run.errorOutput
        == "normscope: step in line 3 is 0, where step 0 has ended; steps increase.\n")
    #expect(
      run.output.hasSuffix(
        isAcknowledged ? "{\"type\":\"ended\",\"status\":\"failed\"}\n" : ""))
    #expect(run.output.isEmpty != isAcknowledged)
    let details = try place.details(of: "sent")
    #expect(details.status == "failed" && details.steps == 1)
    try expectSound()
  }

  @Test("Without a whole first message there is no run, and no file")
  func noRun() throws {
    for lines in [[], [Self.end], [#"{"type": "begin", "protocol": 2, "name": "run"}"#]] {
      try write(lines)
      #expect(try place.attempt(["ingest", "run.ndjson"]).exitCode == 65)
    }
    #expect(try place.attempt(["ingest", "none"]).exitCode == 66)
    #expect(try place.attempt(["ingest", "."]).exitCode == 66)
    #expect(!FileManager.default.fileExists(atPath: place.folder.file("runs.db")))
    try write([#"{"type": "begin", "protocol": 1, "name": "latest"}"#])
    expectOneSentence(
      try place.attempt(["ingest", "run.ndjson"]), exitCode: 65,
      containing: #"name in line 1 is "latest", which cannot be the name of a run."#)
  }

  @Test("A stream without its end leaves an interrupted run")
  func cut() throws {
    try write([Self.begin, Self.step(0)])
    let run = try place.attempt(["ingest", "run.ndjson"])
    expectOneSentence(run, exitCode: 65, containing: "The stream ends without a message")
    #expect(try place.details(of: "sent").status == "interrupted")
    try expectSound()
  }

  @Test("--alarms records abrupt changes as events, which it does not otherwise")
  func alarms() throws {
    var generator = SplitMix64(seed: 3)
    let steps = (0..<262).map { step in
      Self.step(step, mean: generator.normal() / 10 + (step < 260 ? 0 : 30))
    }
    try write([Self.begin] + steps + [Self.end])
    for (options, count) in [([], 0), (["--alarms"], 1)] {
      try place.normscope(["ingest", "run.ndjson"] + options)
      let kinds = try place.answer(["events", "latest"]).texts(of: "kind")
      #expect(kinds.filter { $0 == "alarm" }.count == count)
    }
  }

}
