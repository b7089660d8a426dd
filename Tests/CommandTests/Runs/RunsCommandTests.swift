import FoundationEssentials
import Glibc
import RunModel
import RunStore
import TestSupport
import Testing

@Suite("Looking after runs")
struct RunsCommandTests {
  let place: RecordedFolder

  init() throws {
    place = try RecordedFolder()
    for (name, steps) in [("first", "5"), ("second", "8")] {
      try place.normscope([
        "record", "--layers", "3", "--probe", "0", "--steps", steps, "--name", name,
      ])
    }
  }

  /// The names that `runs` lists.
  func names(_ options: String...) throws -> [String] {
    try place.answer(["runs"] + options).texts(of: "run_name").compactMap { $0 }
  }

  @Test("A deleted run is listed with --trash only, comes back, or is purged for good")
  func trash() throws {
    let dry = try place.normscope(["runs", "delete", "first", "--dry-run"])
    #expect(dry.output.hasPrefix("would delete ") && dry.output.contains("(first, 5 steps)"))
    #expect(try names() == ["second", "first"])

    let deleted = try place.normscope(["runs", "delete", "first", "second", "first"])
    #expect(deleted.output.split(separator: "\n").count == 2)
    #expect(try names().isEmpty)
    #expect(try names("--trash") == ["second", "first"])
    expectOneSentence(
      try place.attempt(["show", "first"]), exitCode: 66, containing: "runs restore")

    try place.normscope(["runs", "restore", "second"])
    #expect(try names() == ["second"])
    #expect(try names("--trash") == ["first"])

    // Nobody can be asked, as standard input is no terminal.
    expectOneSentence(
      try place.attempt(["runs", "purge"]), exitCode: 64, containing: "--yes", "first")
    let dryPurge = try place.normscope(["runs", "purge", "--dry-run"])
    #expect(dryPurge.output.hasPrefix("would purge "))
    #expect(try names("--trash") == ["first"])
    expectOneSentence(
      try place.attempt(["runs", "purge", "second", "--yes"]), exitCode: 66,
      containing: "not in the trash")
    let purged = try place.normscope(["runs", "purge", "--yes"])
    #expect(purged.output.contains("(first, 5 steps)"))
    #expect(try names("--trash").isEmpty && names() == ["second"])
    #expect(try place.normscope(["runs", "purge", "--yes"]).errorOutput.contains("is empty"))
  }

  @Test("On a terminal it is asked before runs are purged, and only a yes purges them")
  func question() throws {
    try #require(CommandRun("which", ["script"]).exitCode == 0, "The program script is missing.")
    try place.normscope(["runs", "delete", "first"])
    func purge(answering answer: String) throws -> CommandRun {
      // script gives the program a terminal.
      try CommandRun(
        "sh",
        [
          "-c", "printf '\(answer)\\n' | script -qec \"$0 runs purge --db runs.db\" /dev/null",
          CommandRun.productPath("normscope"),
        ], in: place.folder.path)
    }
    let refused = try purge(answering: "n")
    #expect(refused.exitCode == 1)
    #expect(refused.output.contains("Delete for good ") && refused.output.contains("[y/N]"))
    #expect(try names("--trash") == ["first"])
    #expect(try purge(answering: "y").exitCode == 0)
    #expect(try names("--trash").isEmpty)
  }

  @Test("People see the newest runs and what they differ in, or the columns that they ask for")
  func columns() throws {
    func list(_ options: String..., columns: String = "90") throws -> [[String]] {
      let run = try place.attempt(["runs"] + options, environment: ["COLUMNS": columns])
      // The table follows what was found.
      return Array(
        run.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
          .drop { $0.first != "id" })
    }
    try place.normscope([
      "record", "--layers", "3", "--probe", "0", "--steps", "5", "--norm", "none", "--name",
      "third", "--tag", "goal=x",
    ])
    let usual = try list()
    // When they started takes the more room the slower the machine is, and may have none.
    #expect(
      usual[0].filter { $0 != "started" } == [
        "id", "name", "norm", "goal", "steps", "loss", "test_accuracy", "size",
      ])
    #expect(usual.dropFirst().prefix(3).map { $0[1] } == ["third", "second", "first"])
    #expect(Array(usual[1][2...4]) == ["none", "x", "5"] && usual[2][2] == "batch")
    #expect(usual[4].contains("status"), "\(usual)")
    let chosen = try list("--columns", "name,config.seed,tag.goal,note")
    #expect(chosen[0] == ["id", "name", "seed", "goal", "note", "size"], "\(chosen)")
    // A number of a configuration is as it was given, and a key that is named like a field has its prefix.
    let keys = try list("--columns", "loss,config.loss,config.learning_rate", "--limit", "1")
    #expect(keys[0] == ["id", "loss", "config.loss", "learning_rate", "size"], "\(keys)")
    #expect(Array(keys[1][2...3]) == ["cross_entropy", "0.1"], "\(keys)")
    expectOneSentence(
      try place.attempt(["runs", "--columns", "name,stat"]), exitCode: 64, containing: "column 6 ")
    #expect(try list("--limit", "1").count { $0.count > 4 && $0[0] != "#" } == 2)
  }

  @Test("A tag that repeats a key of the configuration has no column of its own")
  func repeatedTags() throws {
    let database = try RunDatabase(path: place.folder.file("tags.db"), for: .record)
    for seed in ["1", "2"] {
      let run = NewRun(
        name: "run", configuration: "{\"seed\": \(seed)}", tags: ["seed": seed, "pair": seed])
      try RunRecorder(database: database, run: run).end(.finished)
    }
    let heading =
      try place.attempt(
        ["runs", "--db", "tags.db"], environment: ["COLUMNS": "120"]
      ).output
      .split(separator: "\n").first { $0.hasPrefix("id") } ?? ""
    #expect(heading.contains("pair") && heading.ranges(of: "seed").count == 1, "\(heading)")
  }

  @Test("A terminal has the newest 20 runs, and says how many there are")
  func manyRuns() throws {
    let database = try RunDatabase(path: place.folder.file("runs.db"), for: .record)
    for number in 0..<21 {
      let recorder = try RunRecorder(
        database: database, run: NewRun(name: "run-\(number)", configuration: "{}"))
      try recorder.end(.finished)
    }
    let short = try place.attempt(["runs"], environment: ["COLUMNS": "80"]).output
    #expect(short.contains("run-20") && short.contains("run-1 ") && !short.contains("run-0"))
    #expect(short.contains("# 20 of 23 runs; --long shows all\n"))
    for options in [["--long"], ["--limit", "30"]] {
      let all = try place.attempt(["runs"] + options, environment: ["COLUMNS": "80"]).output
      #expect(all.contains("first") && !all.contains("--long shows all"))
    }
    #expect(try names().count == 23)
  }

  @Test("On a terminal a run has its head, what is not at its default, and its layers")
  func shortShow() throws {
    try place.normscope(["runs", "note", "first", "the one in the figure"])
    func show(_ options: String...) throws -> String {
      try place.attempt(["show", "first"] + options, environment: ["COLUMNS": "80"]).output
    }
    let short = try show()
    #expect(short.contains("first (") && short.contains("note       the one in the figure\n"))
    #expect(short.contains("\nlayers ") && short.contains("\nprobe "))
    #expect(!short.contains("weight_decay") && short.contains("preactivation"))
    let parts = short.split(separator: "\n\n")
    #expect(parts[0].split(separator: "\n").count <= 15, "\(short)")
    for option in ["--all", "--long"] {
      let all = try show(option)
      #expect(all.contains("configuration.weight_decay") && all.contains("provenance."))
    }
  }

  @Test("A run that is being recorded is not deleted")
  func live() throws {
    let command = try place.start([
      "record", "--layers", "3", "--steps", "100000000", "--name", "live",
    ])
    for _ in 0..<200 {
      if try names().contains("live") { break }
      usleep(50_000)
    }
    expectOneSentence(
      try place.attempt(["runs", "delete", "live"]), exitCode: 75, containing: "delete it when")
    #expect(try names() == ["live", "second", "first"])
    command.send(SIGKILL)
    _ = try command.wait()
    try place.normscope(["runs", "delete", "live"])
    #expect(try names() == ["second", "first"])
  }

  @Test("Names, tags and notes are shown as they were given")
  func labels() throws {
    try place.normscope(["runs", "rename", "first", "renamed"])
    try place.normscope(["runs", "tag", "renamed", "a=1", "b=2=3", "c=x"])
    try place.normscope(["runs", "tag", "renamed", "c-", "a=2"])
    try place.normscope(["runs", "note", "renamed", "a longer text"])
    #expect(try place.details(of: "renamed").tags == ["a": "2", "b": "2=3"])
    let shown = try place.normscope(["show", "renamed"]).output
    #expect(shown.contains("a longer text"))
    try place.normscope(["runs", "note", "renamed", ""])
    #expect(try !place.normscope(["show", "renamed"]).output.contains("note"))
    expectOneSentence(
      try place.attempt(["runs", "rename", "renamed", "latest~1"]), exitCode: 64,
      containing: "latest~1")
    expectOneSentence(
      try place.attempt(["runs", "tag", "renamed", "novalue"]), exitCode: 64,
      containing: "novalue")
  }

  @Test("Questions about a name that two runs have are about the newest, and say so")
  func sharedName() throws {
    try place.normscope(["runs", "rename", "first", "second"])
    let listed = try place.normscope(["runs", "--format", "csv"]).output
    // The list has the newest first.
    let ids = Array(
      listed.split(separator: "\n").dropFirst().map { String($0.prefix(8)) }.reversed())
    let note = "2 runs are called \"second\"; \(ids[1]), the newest, is meant"
    for command in [
      ["show", "second"], ["shift", "second"], ["distribution", "second"], ["health", "second"],
      ["trajectory", "second"], ["events", "second"], ["alarms", "second"],
      ["check", "second", "--max", "nw2 <= 100"], ["compare", "second", "latest~1"],
      ["compare", "latest~1", "second"], ["export", "second", "--format", "csv", "-o", "x.csv"],
      ["shift", "latest~1", "--reference", "run:second"], ["gradients", "second"],
      ["landscape", "second"], ["data-shift", "second", "--corrupt", "invert"],
    ] {
      let run = try place.attempt(command)
      #expect(run.errorOutput.contains(note), "\(command): \(run.errorOutput)")
    }
    for reference in ["second~1", ids[0], "latest~1", String(ids[0].prefix(4))] {
      let shown = try place.normscope(["show", reference])
      #expect(shown.output.contains(ids[0]) && shown.errorOutput.isEmpty)
    }
    for command in [
      ["runs", "delete", "second"], ["runs", "delete", "second", "--dry-run"],
      ["runs", "rename", "second", "x"], ["runs", "tag", "second", "a=b"],
      ["runs", "note", "second", "x"], ["record", "--resume", "second", "--steps", "9"],
      ["db", "thin", "second", "--keep-every", "2", "--before", "4", "--yes"],
    ] {
      expectOneSentence(
        try place.attempt(command), exitCode: 64, containing: ids[0], ids[1], "by its id")
    }
    try place.normscope(["runs", "delete"] + ids)
    for command in [["restore", "second"], ["purge", "second", "--yes"]] {
      expectOneSentence(
        try place.attempt(["runs"] + command), exitCode: 64, containing: ids[0], ids[1])
    }
    try place.normscope(["runs", "restore", ids[0]])
    #expect(try place.normscope(["show", "second"]).errorOutput.isEmpty)
  }

  @Test("An empty reference is not the beginning of an id")
  func shortReference() throws {
    let listed = try place.normscope(["runs", "--format", "csv"]).output
    for id in listed.split(separator: "\n").dropFirst() {
      expectOneSentence(
        try place.attempt(["runs", "delete", String(id.prefix(3))]), exitCode: 66,
        containing: "4 or more")
    }
    #expect(try names() == ["second", "first"])
  }

  @Test("Nothing is made where there is no database")
  func noDatabase() throws {
    for command in [
      ["delete", "a"], ["restore", "a"], ["purge", "--yes"], ["rename", "a", "b"],
      ["tag", "a", "b=c"], ["note", "a", "b"],
    ] {
      expectOneSentence(
        try place.attempt(["runs"] + command + ["--db", "none.db"]), exitCode: 66,
        containing: "none.db")
    }
    #expect(!FileManager.default.fileExists(atPath: place.folder.file("none.db")))
  }

  @Test("A list is filtered, sorted and limited")
  func list() throws {
    #expect(try names("--where", "steps > 5 and config.norm = batch") == ["second"])
    #expect(try names("--where", "name ~ i", "--sort", "-name") == ["first"])
    #expect(try names("--sort", "-steps") == ["second", "first"])
    #expect(try names("--sort", "-steps,name", "--limit", "1") == ["second"])
    #expect(try names("--where", "test_accuracy > 0", "--limit", "5") == ["second", "first"])
    #expect(try names("--where", "started > -1d and finished > -1d") == ["second", "first"])
    #expect(try names("--where", "started < -1d").isEmpty)
    #expect(try names("--sort", "-finished") == ["second", "first"])
    let listed = try place.normscope(["runs", "list", "--format", "ndjson"]).output
    #expect(listed.split(separator: "\n").count == 2)
  }

  @Test(
    "A malformed filter is reported with its column and a suggestion",
    arguments: [
      (["--where", "stpes > 5"], ["column 1 ", "\"stpes\"", "did you mean steps?"]),
      (["--where", "tags.owner = me"], ["did you mean tag.owner?"]),
      (["--where", "status = finshed"], ["column 10 ", "did you mean finished?"]),
      (["--where", "frequency = 5"], ["column 1 ", "name, status, id"]),
      (["--where", "steps >"], ["column 8 ", "a value", "nothing more"]),
      (["--where", "name = \u{1B}[31m x\ny"], ["column 14 "]),
      (["--where", "started > lastweek"], ["column 11 ", "a time", "\"lastweek\""]),
      (["--sort", "name,-los"], ["column 7 ", "did you mean loss?"]),
      (["--limit", "0"], ["0 runs"]),
    ])
  func misunderstood(options: [String], parts: [String]) throws {
    let run = try place.attempt(["runs"] + options)
    expectOneSentence(run, exitCode: 64)
    for part in parts { #expect(run.errorOutput.contains(part), "\(run.errorOutput)") }
    #expect(!run.errorOutput.contains("\u{1B}"))
  }
}
