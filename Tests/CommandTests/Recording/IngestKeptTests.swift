import TestSupport
import Testing

@Suite("What a run of another program keeps when its stream is cut, wrong or resumed")
struct IngestKeptTests {
  let resume: IngestResumeTests
  var place: RecordedFolder { resume.place }

  init() throws { resume = try IngestResumeTests() }

  static let begin = IngestResumeTests.begin().replacing(
    #"{"name": "fc", "units": 1}"#,
    with:
      #"{"name": "fc", "units": 1}, {"name": "probe", "layer": "fc", "units": 1, "population": "probe"}"#
  )

  static func probe(_ step: Int, mean: Int) -> String {
    #"{"type": "moments", "step": \#(step), "moments": {"probe": {"count": 9, "mean": [\#(mean)], "variance": [1]}}}"#
  }

  static func evaluation(_ step: Int, loss: Double) -> String {
    #"{"type": "evaluation", "step": \#(step), "split": "test", "loss": \#(loss), "count": 9}"#
  }

  static func noise(_ step: Int, spread: Int) -> String {
    #"{"type": "noise", "step": \#(step), "noise": {"fc": [{"count": 2, "mean": [0], "variance": [1]}, {"count": 2, "mean": [\#(spread)], "variance": [1]}]}}"#
  }

  static let note = #"{"type": "event", "step": 8, "kind": "note", "message": "after step 7"}"#

  private func steps(_ steps: Range<Int>) -> [String] { IngestResumeTests.steps(steps) }

  private func numbers(_ query: String) throws -> [Double?] {
    try place.answer(["sql", "SELECT (\(query)) AS number"]).numbers(of: "number")
  }

  private func expectSound() throws {
    #expect(try place.answer(["db", "check"]).rows(of: "fault").isEmpty)
  }

  private static let probeMean = """
    SELECT count(*) FROM moment JOIN site ON site.id = site WHERE population = 'probe' AND moment.step = 8
    """

  @Test("Records after the last step stay when the run is resumed after it")
  func kept() throws {
    let rest = [Self.probe(8, mean: 3), Self.evaluation(8, loss: 0.25), Self.noise(8, spread: 1)]
    try resume.ingest([Self.begin, Self.probe(0, mean: 1)] + steps(0..<8) + rest + [Self.note])
    let more = try resume.ingest(
      [Self.begin] + steps(8..<20) + [Self.probe(20, mean: 5), IngestTests.end], "--resume", "sent")
    #expect(more.exitCode == 0, "\(more.errorOutput)")
    #expect(try numbers("SELECT loss FROM evaluation WHERE step = 8") == [0.25])
    #expect(try numbers("SELECT count(*) FROM batch_noise WHERE step = 8") == [1])
    #expect(try numbers("SELECT count(*) FROM event WHERE kind = 'note'") == [1])
    #expect(try numbers(Self.probeMean) == [1])
    #expect(try place.details(of: "sent").steps == 20)
    try expectSound()
  }

  @Test(
    "The probe's moments after a step that was left out stay, and are in their blocks in the end")
  func laterProbe() throws {
    let sparse = [0, 10, 20].flatMap { steps($0..<$0 + 1) }
    try resume.ingest([Self.begin] + sparse + [Self.probe(30, mean: 7)])
    let count = "SELECT count(*) FROM moment JOIN site ON site.id = site WHERE population = 'probe'"
    #expect(try numbers(count) == [1])
    try expectSound()
    // Nothing is added, then steps before it and after it, then a probe after it.
    #expect(try resume.ingest([Self.begin], "--resume", "sent").exitCode == 65)
    #expect(try numbers(count) == [1])
    try resume.ingest([Self.begin] + steps(25..<26), "--resume", "sent")
    #expect(try numbers(count) == [1])
    let more = steps(40..<41) + [Self.probe(400, mean: 9)] + steps(400..<401) + [IngestTests.end]
    let last = try resume.ingest([Self.begin] + more, "--resume", "sent")
    #expect(last.exitCode == 0, "\(last.errorOutput)")
    #expect(try numbers(count) == [2])
    try expectSound()
  }

  @Test("Those that are sent again replace them")
  func replaced() throws {
    try resume.ingest(
      [Self.begin, Self.probe(0, mean: 1)] + steps(0..<8) + [
        Self.probe(8, mean: 3), Self.evaluation(8, loss: 0.25), Self.noise(8, spread: 1), Self.note,
      ])
    let again = [
      Self.probe(8, mean: 4), Self.evaluation(8, loss: 0.5), Self.noise(8, spread: 2), Self.note,
    ]
    let more = try resume.ingest(
      [Self.begin] + again + steps(8..<20) + [Self.probe(20, mean: 5), IngestTests.end],
      "--resume", "sent")
    #expect(more.exitCode == 0, "\(more.errorOutput)")
    #expect(try numbers("SELECT loss FROM evaluation WHERE step = 8") == [0.5])
    #expect(try numbers("SELECT count(*) FROM batch_noise WHERE step = 8") == [1])
    #expect(try numbers("SELECT count(*) FROM event WHERE kind = 'note'") == [1])
    #expect(try numbers(Self.probeMean) == [1])
    let means = try place.answer([
      "sql",
      "SELECT hex(mean) AS mean FROM moment JOIN site ON site.id = site WHERE population = 'probe'",
    ]).texts(of: "mean")
    // 1, 4 and 5 in float32.
    #expect(means == ["0000803F", "00008040", "0000A040"])
    try expectSound()
  }

  @Test("The moments of a step that does not end are not in the file, and it says so")
  func openStep() throws {
    let open =
      #"{"type": "moments", "step": 2, "moments": {"fc": {"count": 4, "mean": [1], "variance": [1]}}}"#
    for end in [[], [IngestTests.end]] {
      let run = try resume.ingest([Self.begin] + steps(0..<2) + [open] + end)
      #expect(run.exitCode == (end.isEmpty ? 65 : 0))
      #expect(
        run.errorOutput.contains(
          "The moments of step 2 are not recorded: no message of type \"step\" ended it.\n"))
      #expect(try numbers("SELECT max(step) FROM moment") == [1])
      try expectSound()
    }
  }

  @Test("A resumption that declares a tensor otherwise deletes nothing")
  func declaration() throws {
    try resume.ingest([Self.begin] + steps(0..<21) + [IngestTests.end])
    let wider = Self.begin.replacing(#""bn", "units": 2"#, with: #""bn", "units": 3"#)
      .replacing(#""name": "sent""#, with: #""name": "sent", "first_step": 1"#)
    let run = try resume.ingest([wider], "--resume", "sent", "--acknowledge")
    #expect(run.exitCode == 65 && run.output.isEmpty, "\(run.output)")
    let details = try place.details(of: "sent")
    #expect(details.status == "finished" && details.steps == 21)
    // A run that begins anew may have other tensors.
    let fresh = wider.replacing(#""first_step": 1"#, with: #""first_step": 0"#)
    #expect(try resume.ingest([fresh, IngestTests.end], "--resume", "sent").exitCode == 0)
  }

  @Test("A stream that adds nothing leaves a run as it was")
  func unchanged() throws {
    try resume.ingest(
      [IngestResumeTests.begin(#", "configuration": {"a": 1}"#)] + steps(0..<5) + [
        IngestTests.end
      ])
    let before = try resume.details("sent")
    let begin = IngestResumeTests.begin(#", "configuration": {"a": 2}"#)
    for rest in [[IngestTests.step(3)], []] {
      let run = try resume.ingest([begin] + rest, "--resume", "sent", "--acknowledge")
      #expect(run.exitCode == 65)
      #expect(run.output.hasSuffix("{\"type\":\"ended\",\"status\":\"finished\"}\n"))
    }
    let after = try place.details(of: "sent")
    #expect(after.status == "finished" && after.provenance.resumed_at == nil)
    #expect(before.contains(#""configuration":{"a":1}"#))
    #expect(try resume.details("sent").contains(#""configuration":{"a":1}"#))
    #expect(try place.answer(["events", "sent"]).rows.isEmpty)
  }

  @Test(
    "Training that did not wait for the recorder has no slowdown, and lasts as long as its steps")
  func times() throws {
    let step = #"{"type": "step", "step": 0, "duration": 1000}"#
    let run = try resume.ingest([Self.begin, step, IngestTests.end])
    #expect(run.output.contains(": finished, 1 step in 1000 s; "), "\(run.output)")
    let shown = try resume.details("sent")
    #expect(shown.contains(#""recording_slowdown":null"#), "\(shown)")
  }

  @Test("A run that is resumed keeps what its first sender said of its machine")
  func provenance() throws {
    let begin = IngestResumeTests.begin(#", "provenance": {"host": "X", "resumed_at": [7]}"#)
    try resume.ingest([begin] + steps(0..<2))
    try resume.ingest(
      [IngestResumeTests.begin()] + steps(2..<3) + [IngestTests.end], "--resume", "sent")
    let shown = try resume.details("sent")
    #expect(shown.contains(#""host":"X""#) && !shown.contains("operating_system"), "\(shown)")
    #expect(shown.contains(#""resumed_at":[2]"#), "\(shown)")
  }
}
