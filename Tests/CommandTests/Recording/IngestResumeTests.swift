import TestSupport
import Testing

@Suite("A run of another program that is resumed")
struct IngestResumeTests {
  let place: RecordedFolder

  init() throws { place = try RecordedFolder() }

  /// The first message of a stream with two tensors, which may come in either order.
  static func begin(_ members: String = "", name: String = "sent", isReversed: Bool = false)
    -> String
  {
    let tensors = [#"{"name": "bn", "units": 2, "epsilon": 1e-5}"#, #"{"name": "fc", "units": 1}"#]
    return
      #"{"type": "begin", "protocol": 1, "name": "\#(name)"\#(members), "tensors": [\#((isReversed ? tensors.reversed() : tensors).joined(separator: ", "))]}"#
  }

  static func steps(_ steps: Range<Int>, shiftedFrom: Int = .max) -> [String] {
    steps.map { step in
      let wave = Double((step * 7919) % 101) / 500 + (step < shiftedFrom ? 0 : 30)
      return
        #"{"type": "step", "step": \#(step), "loss": \#(1 / Double(step + 1)), "moments": {"bn": {"count": 4, "mean": [\#(wave), 1], "variance": [1, 1], "gamma": [1, 1], "beta": [0, 0]}, "fc": {"count": 4, "mean": [\#(step)], "variance": [2]}}}"#
    }
  }

  @discardableResult
  func ingest(_ lines: [String], _ options: String...) throws -> CommandRun {
    try place.folder.write(lines.map { $0 + "\n" }.joined(), to: "run.ndjson")
    return try place.attempt(["ingest", "run.ndjson"] + options)
  }

  func details(_ run: String) throws -> String {
    try place.normscope(["show", run, "--format", "ndjson"]).output
  }

  @Test("It has the records of one that was never cut, whatever the order of its tensors is")
  func continuation() throws {
    let configuration = #", "configuration": {"a": 1, "b": 2}, "tags": {"x": "y"}"#
    #expect(try ingest([Self.begin(configuration)] + Self.steps(0..<150)).exitCode == 65)
    let changes = #", "configuration": {"b": 3}, "tags": {"z": "w"}"#
    let rest = try ingest(
      [Self.begin(changes, isReversed: true)] + Self.steps(150..<300) + [IngestTests.end],
      "--resume", "sent", "--tag", "u=v", "--acknowledge")
    #expect(rest.exitCode == 0, "\(rest.errorOutput)")
    #expect(rest.output.contains(#""next_step":150}"#))
    #expect(
      try ingest([Self.begin(name: "whole")] + Self.steps(0..<300) + [IngestTests.end]).exitCode
        == 0)
    #expect(try place.numbers(of: "sent") == place.numbers(of: "whole"))
    let resumed = try place.details(of: "sent")
    #expect(resumed.status == "finished" && resumed.provenance.resumed_at == [150])
    #expect(resumed.tags == ["x": "y", "z": "w", "u": "v"])
    let shown = try details("sent")
    #expect(shown.contains(#""configuration":{"a":1,"b":3}"#), "\(shown)")
    #expect(try place.answer(["db", "check"]).rows(of: "fault").isEmpty)
  }

  @Test("A tensor of another kind, activation or shape is refused; what was unknown may be told")
  func otherLayer() throws {
    func begin(_ members: String) -> String {
      Self.begin().replacing(#""units": 1"#, with: #""units": 1\#(members)"#)
    }
    try ingest([begin(#", "kind": "Linear", "shape": [1]"#)] + Self.steps(0..<2))
    for (members, words) in [
      (#", "kind": "Conv2d""#, #"kind "Conv2d", where the run has "Linear""#),
      (#", "shape": [1, 1]"#, #"shape "[1, 1]", where the run has "[1]""#),
    ] {
      let run = try ingest([begin(members)] + Self.steps(2..<3), "--resume", "sent")
      expectOneSentence(run, exitCode: 65, containing: "declares \"fc\" with the \(words); record")
      #expect(try place.details(of: "sent").steps == 2)
    }
    let known = begin(#", "kind": "Linear", "shape": [1], "activation": "relu""#)
    #expect(
      try ingest([known] + Self.steps(2..<3) + [IngestTests.end], "--resume", "sent").exitCode == 0)
  }

  @Test("The stream names the step from which on it replaces what was recorded")
  func firstStep() throws {
    try ingest([Self.begin()] + Self.steps(0..<40) + [IngestTests.end])
    let again = try ingest(
      [Self.begin(#", "first_step": 25"#)] + Self.steps(25..<30) + [IngestTests.end], "--resume",
      "sent")
    #expect(again.exitCode == 0, "\(again.errorOutput)")
    try ingest([Self.begin(name: "whole")] + Self.steps(0..<30) + [IngestTests.end])
    #expect(try place.numbers(of: "sent") == place.numbers(of: "whole"))
    let kinds = try place.answer(["events", "sent"]).texts(of: "kind")
    #expect(kinds == ["resumed"])
  }

  @Test("A run with alarms has those of one that was never cut")
  func alarms() throws {
    try ingest([Self.begin()] + Self.steps(0..<200, shiftedFrom: 260), "--alarms")
    let rest = [Self.begin()] + Self.steps(200..<262, shiftedFrom: 260) + [IngestTests.end]
    #expect(try ingest(rest, "--resume", "sent", "--alarms").exitCode == 0)
    try ingest(
      [Self.begin(name: "whole")] + Self.steps(0..<262, shiftedFrom: 260) + [IngestTests.end],
      "--alarms")
    func alarms(_ run: String) throws -> [String?] {
      try place.answer(["events", run]).rows.filter { $0["kind"]?.text == "alarm" }
        .map { $0["message"]?.text }
    }
    #expect(try !alarms("whole").isEmpty)
    #expect(try alarms("sent") == alarms("whole"))
  }

  @Test("What does not belong to the run is refused, and the run keeps what it had")
  func refusals() throws {
    try ingest([Self.begin()] + Self.steps(0..<5))
    let early = try ingest([Self.begin()] + Self.steps(4..<5), "--resume", "sent")
    expectOneSentence(
      early, exitCode: 65,
      containing: "step in line 2 is 4, where the run is resumed at step 5.")
    let wider = Self.begin().replacing(#""bn", "units": 2"#, with: #""bn", "units": 3"#)
    expectOneSentence(
      try ingest([wider], "--resume", "sent"), exitCode: 65,
      containing:
        #"tensors[0] in line 1 declares "bn" with 3 units and epsilon 1e-05, where the run has 2 and epsilon 1e-05 at its place; record a new run."#
    )
    #expect(try place.details(of: "sent").steps == 5)
    #expect(try ingest([Self.begin()], "--resume", "other").exitCode == 66)
    #expect(try ingest([Self.begin()], "--resume", "sent", "--name", "other").exitCode == 64)
  }

  @Test("A message of type \"configuration\" changes the configuration of the run")
  func configuration() throws {
    try ingest(
      [Self.begin(#", "configuration": {"a": 1, "b": 2}"#)] + Self.steps(0..<3) + [
        #"{"type": "configuration", "configuration": {"b": {"c": 3}, "d": null}}"#
      ] + Self.steps(3..<4) + [
        #"{"type": "configuration", "configuration": {"a": 4}}"#, IngestTests.end,
      ])
    let shown = try details("sent")
    #expect(shown.contains(#""configuration":{"a":4,"b":{"c":3},"d":null}"#), "\(shown)")
  }
}
