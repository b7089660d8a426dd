import FoundationEssentials
import SQLite
import TestSupport
import Testing

@Suite("Questions beside shift")
struct QuestionCommandTests {
  let place: RecordedFolder

  init() throws {
    place = try RecordedFolder()
    try place.normscope([
      "record", "--layers", "8", "--steps", "420", "--probe-every", "100", "--noise-every", "200",
      "--shift-data-from", "380", "--shift-data-by", "0.5", "--alarms", "--name", "shifted",
    ])
  }

  /// The rows of a command's answer as CSV, each by its columns.
  func rows(_ arguments: String...) throws -> [[String: String]] {
    let answer = try place.normscope(arguments + ["--format", "csv"])
    let lines = answer.output.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    return lines.dropFirst().map { Dictionary(zip(lines[0], $0)) { $1 } }
  }

  @Test("Data that shift while a run is recorded become an event of it, and an alarm afterwards")
  func alarms() throws {
    let events = try rows("events", "shifted").filter {
      $0["kind"] == "alarm" && $0["layer"] == "1"
    }
    let alarms = try rows("alarms", "shifted", "--layer", "1")
    #expect(!alarms.isEmpty)
    #expect(alarms.map { $0["step"] } == events.map { $0["step"] })
    let step = try #require(alarms.first.flatMap { $0["step"] }.flatMap { Int($0) })
    #expect((380...385).contains(step), "\(alarms)")
    let table = try place.normscope(["alarms", "shifted", "--layer", "1"]).output
    #expect(
      table.contains("records: layer 1 ") && table.contains("the first 250 records of a layer"))
    for detector in ["page_hinkley", "adwin", "cusum"] {
      try place.normscope(["alarms", "shifted", "--detector", detector])
    }
  }

  @Test("The alarms of each of several runs are counted, the newest run first")
  func alarmsOfRuns() throws {
    try place.normscope(["record", "--layers", "4", "--steps", "3", "--name", "short"])
    let runs = try rows("alarms", "--where", "steps > 0")
    #expect(runs.map { $0["run_name"] } == ["short", "shifted"])
    let all = try rows("alarms", "shifted")
    #expect(!all.isEmpty && runs[1]["alarms"] == "\(all.count)")
    #expect(runs[1]["first_step"] == all[0]["step"] && runs[1]["first_layer"] == all[0]["layer"])
    let largest = all.max { Double($0["nw2"] ?? "") ?? 0 < Double($1["nw2"] ?? "") ?? 0 }
    #expect(
      ["nw2", "nw2_step", "nw2_layer"].map { runs[1][$0] }
        == ["nw2", "step", "layer"].map { largest?[$0] })
    #expect(runs[0]["alarms"] == "0" && runs[0]["layers"] == "2" && runs[0]["first_step"] == "")
    // A layer that a run lacks recorded nothing.
    let third = try place.normscope(["alarms", "--where", "steps > 0", "--layer", "7"]).output
    #expect(third.contains("0 of 2 runs have alarms; 2 recorded nothing there."))
    for arguments in [["alarms"], ["alarms", "shifted", "--where", "steps > 0"]] {
      expectOneSentence(
        try place.attempt(arguments), exitCode: 64, containing: "Name a run, or runs by --where.")
    }
  }

  @Test("Events are those of the kinds that were asked for")
  func kinds() throws {
    let kinds = try rows("events", "shifted").map { $0["kind"] }
    #expect(kinds.contains("alarm"))
    #expect(
      try rows("events", "shifted", "--kind", "alarm").map { $0["kind"] }
        == kinds.filter { $0 == "alarm" })
    #expect(
      try rows("events", "shifted", "--kind", "note", "--kind", "alarm").map { $0["kind"] }
        == kinds.filter { $0 == "alarm" })
    #expect(try rows("events", "shifted", "--kind", "note").isEmpty)
    expectOneSentence(
      try place.attempt(["events", "shifted", "--kind", "Alarm"]), exitCode: 64,
      containing: "\"Alarm\" is no kind of event")
  }

  @Test("Every question answers in every format")
  func formats() throws {
    for question in [
      ["trajectory"], ["trajectory", "--lags", "3"], ["health"], ["events"], ["alarms"],
      ["check", "--max", "nw2 <= 1000"],
    ] {
      let arguments = [question[0], "shifted"] + question.dropFirst()
      for format in ["table", "csv", "ndjson", "md"] {
        try place.normscope(arguments + ["--format", format])
      }
      #expect(try place.answer(arguments).schema == 2)
    }
  }

  @Test(
    "A configuration that is not JSON has no differences, and is an error where it is asked for")
  func unreadableConfiguration() throws {
    try place.normscope(["record", "--layers", "4", "--steps", "2", "--name", "cut"])
    try Connection(path: place.folder.file("runs.db"), access: .readWrite).execute(
      "UPDATE run SET configuration = '{' WHERE name = 'cut'")
    expectOneSentence(
      try place.attempt(["show", "cut", "--configuration"]), exitCode: 65, containing: "is not JSON"
    )
    let answer = try place.answer(["compare", "shifted", "cut"])
    #expect(!answer.rows.contains { $0["key"] == .text("") })
    #expect(answer.notes.contains { $0.contains("is not JSON in run ") })
  }

  @Test("A measure that is named twice is refused, as its column would be")
  func measureTwice() throws {
    for measures in ["nw2,w2,nw2", "ks,ks"] {
      expectOneSentence(
        try place.attempt(["shift", "shifted", "--measure", measures, "--format", "json"]),
        exitCode: 64, containing: "named twice")
    }
  }

  @Test("Pooled steps have no floor, in a run shorter than a pooled block too")
  func pooledBriefly() throws {
    try place.normscope([
      "record", "--layers", "4", "--steps", "12", "--noise-every", "4", "--name", "brief",
    ])
    let pooled = try place.normscope([
      "shift", "brief", "--population", "batch", "--pooled", "--points", "12",
    ]).output
    #expect(pooled.contains("Pooled steps have no sampling floor"))
    #expect(!pooled.contains("no measured batch noise"))
  }

  @Test("A gate that is exceeded says where and by how much, and ends with 3")
  func gate() throws {
    let kept = try place.normscope(["check", "shifted", "--max", "nw2(layer=1) <= 1000 after 50"])
    #expect(kept.errorOutput.isEmpty)
    try place.normscope([
      "check", "shifted", "--min", "accuracy >= 0.1", "--max", "dead_units <= 9",
    ])
    let alarms = try place.attempt(["check", "shifted", "--max", "alarms(layer=1) <= 0 after 300"])
    #expect(alarms.exitCode == 3)
    #expect(alarms.errorOutput.contains("The number of alarms of layer 1 is 1 at step 38"))
    let accuracy = try place.attempt(["check", "shifted", "--min", "accuracy >= 1.5"])
    #expect(accuracy.errorOutput.contains("The test accuracy, running statistics, is 0."))
    #expect(accuracy.errorOutput.hasSuffix(" below the limit 1.5.\n"))
    let exceeded = try place.attempt([
      "check", "shifted", "--max", "nw2(layer=1) <= 1000", "--max",
      "nw2(layer=2, population=batch, reference=previous) < 0.0001 after 10",
    ])
    #expect(exceeded.exitCode == 3)
    #expect(exceeded.errorOutput.contains("nw2 of layer 2 is "))
    #expect(
      exceeded.errorOutput.contains(
        " above the limit 0.0001; it is broken at 409 of 409 steps, first at step 11"))
    #expect(exceeded.output.contains("yes") && exceeded.output.contains("no"))
    expectOneSentence(
      try place.attempt(["check", "shifted", "--max", "nw2 <= 1 sinse 3"]), exitCode: 64,
      containing: "expected after STEP")
    expectOneSentence(
      try place.attempt(["check", "shifted", "--max", "nw2 >= 1"]), exitCode: 64,
      containing: "give it with --min")
    expectOneSentence(try place.attempt(["check", "shifted"]), exitCode: 64, containing: "--max")
    expectOneSentence(
      try place.attempt(["check", "shifted", "--max", "nw2 <= 1 after 5000"]), exitCode: 66,
      containing: "recorded nothing")
    expectOneSentence(
      try place.attempt(["trajectory", "shifted", "--measure", "jeffreys"]), exitCode: 64,
      containing: "metric")
    expectOneSentence(
      try place.attempt(["trajectory", "shifted", "--every", "0"]), exitCode: 64,
      containing: "--every")
  }

  @Test(
    "A run that is not finished keeps no limit unless that is allowed; every format says how it stands"
  )
  func unfinished() throws {
    let place = try RecordedFolder()
    try place.normscope([
      "record", "--layers", "4", "--steps", "9", "--learning-rate", "1e38", "--batch-size", "8",
      "--name", "burst",
    ])
    try place.normscope([
      "record", "--layers", "4", "--steps", "6", "--batch-size", "8", "--name", "whole",
    ])
    // As a run is stored that nobody records.
    try Connection(path: place.folder.file("runs.db"), access: .readWrite).execute(
      """
      UPDATE run SET status = 'running', boot_id = '', process_id = 0,
        process_start = 0, finished_at = NULL, step_count = 2
      WHERE name = 'whole'
      """)
    for (name, status, words) in [
      ("burst", "diverged", "diverged after"),
      ("whole", "interrupted", "was interrupted after 2 of 6 steps"),
    ] {
      let gate = ["check", name, "--max", "nw2 <= 1e300 before 1"]
      let nothing = try place.attempt([
        "check", name, "--max", "dead_units <= 9", "--max", "nw2 <= 0.5 after 10", "--format",
        "json",
      ])
      #expect(nothing.exitCode == 3 && nothing.errorOutput.contains("recorded nothing"))
      let last = try #require(AnswerDocument(json: nothing.output).rows.last)
      #expect(last["limit"]?.text == "nw2 <= 0.5 after 10" && last["run_status"]?.text == status)
      #expect(last["steps"]?.number == 0 && nothing.output.contains("\"kept\":false"))
      for format in ["table", "csv", "json", "ndjson"] {
        let refused = try place.attempt(gate + ["--format", format])
        #expect(refused.exitCode == 3, "\(format)")
        #expect(refused.errorOutput.contains(words), "\(refused.errorOutput)")
        #expect(refused.output.contains(status), "\(format)")
        #expect(!refused.output.contains("yes") && !refused.output.contains("true"))
        let allowed = try place.normscope(gate + ["--format", format, "--allow-unfinished"])
        #expect(allowed.output.contains(status) && allowed.errorOutput.isEmpty)
        #expect(allowed.output.contains(format == "table" ? "yes" : "true"))
      }
    }
  }
}
