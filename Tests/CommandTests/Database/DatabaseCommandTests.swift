import FoundationEssentials
import Glibc
import Migrations
import RunModel
import RunStore
import TestSupport
import Testing

@Suite("Looking after the database")
struct DatabaseCommandTests {
  let place: RecordedFolder

  init() throws {
    place = try RecordedFolder()
    try record("first", to: "runs.db")
  }

  func record(_ name: String, to database: String, steps: Int = 200) throws {
    try place.normscope([
      "record", "--layers", "4", "--probe", "20", "--probe-every", "50", "--steps", "\(steps)",
      "--name", name, "--db", database, "--no-seal",
    ])
  }

  @Test("Sizes are numbers, and add up to the bytes of the file")
  func info() throws {
    let document = try place.answer(["db", "info"])
    let file = try #require(document.rows(of: "database").first)
    #expect(try file["file_bytes"] == .number(Double(place.bytes(of: "runs.db").count)))
    #expect(document.rows(of: "table").contains { $0["table"] == .text("moment") })
    let run = try #require(document.rows(of: "run").first)
    #expect(run["run_name"] == .text("first") && run["in_trash"] == .truth(false))
    let bytes = Int(try #require(run["moment_bytes"]?.number))
    #expect(bytes > 0)
    let table = try place.normscope(["db", "info"]).output
    #expect(table.contains(" MB") && !table.contains("  \(bytes)  "))
    // A list of runs has the same sizes, beside gamma and beta.
    let affine = Int(try #require(run["affine_bytes"]?.number))
    let database = try RunDatabase(path: place.folder.file("runs.db"), for: .read)
    #expect(affine > 0)
    #expect(try database.vectorBytes(of: database.run("first")) == bytes + affine)
  }

  @Test("A good database is found good, also one of convolutions, noise and a diverged run")
  func good() throws {
    let configuration = """
      {"layers": [{"channels": 3}, {"channels": 2, "norm": "layer"}, {"units": 6, "norm": "noisy"},
        {"units": 5, "ghost_batch_size": 10}, {"units": 4, "placement": "after"}],
       "statistics": ["batch", "running", "precise", "ioffe"], "batch_size": 20, "steps": 45,
       "record_every": 3, "probe": 20, "probe_every": 10, "dropout": 0.1}
      """
    try place.folder.write(configuration, to: "run.json")
    try place.normscope(["record", "--config", "run.json"])
    _ = try place.attempt([
      "record", "--norm", "none", "--activation", "relu", "--learning-rate", "1e18", "--name",
      "wild",
    ])
    for options in [[], ["--quick"]] {
      let run = try place.normscope(["db", "check"] + options)
      #expect(
        run.output.hasSuffix(
          "runs checked  3\nfaults        0\nnotes         \(options.isEmpty ? 2 : 0)\n"))
    }
  }

  @Test("Faults are reported in every format, with exit code 65")
  func faults() throws {
    let connection = try CommandRun("which", ["sqlite3"])
    try #require(connection.exitCode == 0, "The program sqlite3 is not installed.")
    let change = try CommandRun(
      "sqlite3",
      [
        "runs.db", "UPDATE moment SET mean = x'00' WHERE step = 7; UPDATE run SET provenance = '['",
      ],
      in: place.folder.path)
    try #require(change.exitCode == 0, "\(change.errorOutput)")
    func check(_ format: String) throws -> String {
      let run = try place.attempt(["db", "check", "--format", format])
      #expect(run.exitCode == 65)
      #expect(
        run.errorOutput
          == "normscope: The database runs.db has 5 faults; restore it from a copy.\n")
      return run.output
    }
    let document = try AnswerDocument(json: check("json"))
    let findings = document.rows(of: "finding")
    #expect(
      findings.map { $0["rule"] } == [.text("json")]
        + Array(repeating: .text("vector-width"), count: 4))
    #expect(findings.allSatisfy { $0["run_name"] == .text("first") })
    let total = try #require(document.rows(of: "total").first)
    #expect(total["runs"] == .number(1) && total["faults"] == .number(5))
    let table = try check("table").split(separator: "\n")
    #expect(table.filter { $0.hasPrefix("fault ") }.count == 5)
    #expect(table.contains("faults        5"))
    #expect(AnswerDocument(csv: try check("csv")).rows.count == 6)
    #expect(try AnswerDocument(ndjson: check("ndjson")).rows == document.rows)
  }

  @Test("A backup that is taken while a run is recorded is whole, and the run goes on")
  func backup() throws {
    let command = try place.start([
      "record", "--layers", "4", "--steps", "100000000", "--name", "live",
    ])
    for _ in 0..<200 {
      if try place.attempt(["show", "live"]).exitCode == 0 { break }
      usleep(50_000)
    }
    var steps: [Int] = []
    for number in 0..<3 {
      usleep(300_000)
      try place.normscope(["db", "backup", "copy\(number).db"])
      let check = try place.normscope(["db", "check", "--db", "copy\(number).db"])
      #expect(
        check.output.contains("runs checked  2\nfaults        0\n"), "\(check.output)")
      let runs = try place.answer(["runs", "--where", "name = live", "--db", "copy\(number).db"])
      steps.append(Int(try #require(runs.rows.last?["steps"]?.number)))
    }
    #expect(steps == steps.sorted() && Set(steps).count == 3)
    #expect(command.isRunning)
    expectOneSentence(
      try place.attempt(["db", "compact"]), exitCode: 75, containing: "compact the database when")
    expectOneSentence(
      try place.attempt(["db", "thin", "live", "--keep-every", "2", "--before", "64", "--yes"]),
      exitCode: 75, containing: "thin it when")
    command.send(SIGINT)
    _ = try command.wait()
    #expect(try place.details(of: "live").steps >= steps[2])
  }

  @Test("A backup refuses a file that is there, and its own database")
  func backupRefused() throws {
    try place.folder.write("precious", to: "copy.db")
    expectOneSentence(
      try place.attempt(["db", "backup", "copy.db"]), exitCode: 73, containing: "--overwrite")
    #expect(try place.bytes(of: "copy.db") == Array("precious".utf8))
    try place.normscope(["db", "backup", "copy.db", "--overwrite"])
    try place.normscope(["db", "check", "--db", "copy.db"])
    expectOneSentence(
      try place.attempt(["db", "backup", "runs.db", "--overwrite"]), exitCode: 73,
      containing: "the database itself")
    expectOneSentence(
      try place.attempt(["db", "backup", "/dev/full/copy.db"]), exitCode: 73,
      containing: "/dev/full/copy.db")
  }

  @Test("Migrating says that there is nothing to do, and the schema is printed")
  func migrateAndSchema() throws {
    #expect(
      try place.normscope(["db", "migrate"]).output
        == "runs.db has schema version \(Migration.latestVersion), the newest known\n")
    let schema = try place.normscope(["db", "export-schema"]).output
    #expect(schema.contains("CREATE TABLE run (") && schema.hasSuffix(";\n"))
  }

  @Test("The runs of another database are merged once, and a dry run merges none")
  func merge() throws {
    try record("second", to: "other.db", steps: 40)
    let dry = try place.normscope(["db", "merge", "other.db", "--dry-run"])
    #expect(dry.output.hasPrefix("would add ") && dry.output.contains("(second, 40 steps)"))
    let before = try place.bytes(of: "runs.db")
    #expect(try place.bytes(of: "runs.db") == before)
    #expect(try place.normscope(["db", "merge", "other.db"]).output.hasPrefix("added "))
    let again = try place.normscope(["db", "merge", "other.db"])
    #expect(again.output.hasPrefix("skipped ") && again.output.contains("it is here"))
    #expect(try place.numbers(of: "second").count > 100)
    try place.normscope(["db", "check"])
    // A file that is not there yet is made.
    try place.normscope(["db", "merge", "other.db", "--db", "new.db"])
    #expect(try place.normscope(["runs", "--db", "new.db"]).output.contains("second"))
    expectOneSentence(
      try place.attempt(["db", "merge", "nowhere.db"]), exitCode: 66, containing: "nowhere.db")
    try place.folder.write("a letter", to: "letter.db")
    expectOneSentence(
      try place.attempt(["db", "merge", "letter.db"]), exitCode: 65, containing: "letter.db")
  }

  @Test("A run is thinned after confirmation, and its pooled shift stays the same")
  func thin() throws {
    let shift = [
      "shift", "first", "--population", "batch", "--points", "2", "--pooled", "--format", "csv",
    ]
    let before = try place.normscope(shift).output
    let options = ["db", "thin", "first", "--keep-every", "10", "--before", "170"]
    expectOneSentence(try place.attempt(options), exitCode: 64, containing: "--yes", "460 moments")
    let dry = try place.normscope(options + ["--dry-run"]).output
    #expect(dry.hasPrefix("would delete 460 moments of 4 tensors"), "\(dry)")
    let thinned = try place.normscope(options + ["--yes"]).output
    #expect(thinned.hasPrefix("deleted 460 moments of 4 tensors"), "\(thinned)")
    #expect(try place.normscope(options + ["--yes"]).output.hasPrefix("deleted 0 moments"))
    #expect(try place.normscope(shift).output == before)
    try place.normscope(["db", "check"])
    #expect(try place.normscope(["db", "compact"]).output.hasPrefix("compacted runs.db from "))
    expectOneSentence(
      try place.attempt(["db", "thin", "first", "--keep-every", "1", "--before", "170", "--yes"]),
      exitCode: 64, containing: "--keep-every 2")
  }
}
