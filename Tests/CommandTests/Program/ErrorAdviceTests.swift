import FoundationEssentials
import RunStore
import SQLite
import TestSupport
import Testing

/// Each advice is given where it helps: one command line for each way out that an error of a library has.
@Suite("The advice after an error")
struct ErrorAdviceTests {
  let place: RecordedFolder

  init() throws {
    place = try RecordedFolder()
    for name in ["kept", "deleted"] {
      try place.normscope([
        "record", "--layers", "3", "--probe", "0", "--steps", "5", "--name", name,
      ])
    }
    try place.normscope(["runs", "delete", "deleted"])
  }

  func expect(_ advice: String, exitCode: Int32, _ arguments: String...) throws {
    let run = try place.attempt(arguments)
    expectOneSentence(run, exitCode: exitCode, containing: "; \(advice).")
  }

  @Test("A file that is missing or not a database")
  func otherFile() throws {
    try expect(
      "record a run first, or name the file with --db", exitCode: 66, "runs", "--db", "none.db")
    try place.folder.write("a letter", to: "letter.db")
    try expect("name another file with --db", exitCode: 65, "runs", "--db", "letter.db")
    try expect("name the file whose runs to copy", exitCode: 66, "db", "merge", "none.db")
    try expect(
      "name another file, or add --overwrite", exitCode: 73, "db", "backup", "letter.db")
  }

  @Test("A file of an earlier version, or one that was rebuilt from SQL text")
  func schema() throws {
    try FileManager.default.copyItem(
      atPath: "\(Repository.root)/Tests/RunStoreTests/Fixtures/version-4.db",
      toPath: place.folder.file("old.db"))
    try expect(
      "`normscope db migrate --db old.db` upgrades it", exitCode: 65, "db", "merge", "old.db")
    let old = try Connection(path: place.folder.file("old.db"), access: .readWrite)
    try old.execute("PRAGMA application_id = 0; PRAGMA user_version = 0")
    try expect(
      "`normscope db migrate --adopt --db old.db` checks it and sets them", exitCode: 65, "runs",
      "--db", "old.db")
  }

  @Test("A file with an impossible row")
  func damage() throws {
    try place.normscope(["db", "backup", "other.db"])
    try Connection(path: place.folder.file("other.db"), access: .readWrite).execute(
      "PRAGMA ignore_check_constraints = ON; UPDATE run SET uuid = 'aaaaaaaa-0000-4000-8000-000000000001' WHERE name = 'kept'; UPDATE step SET step = -1 WHERE step = 0"
    )
    try expect(
      "`normscope db check --db other.db` names the damage, if there is any", exitCode: 65, "db",
      "merge", "other.db")
  }

  @Test("A run that has another name, or is on the other side of the trash")
  func runs() throws {
    try expect("`normscope runs` lists the runs", exitCode: 66, "show", "nobody")
    try expect("`normscope runs` lists the runs", exitCode: 66, "show", "kept~1")
    try expect("`normscope runs --trash` lists the runs", exitCode: 66, "runs", "restore", "nobody")
    try expect("`normscope runs restore` takes it out", exitCode: 66, "show", "deleted")
    try expect("`normscope runs delete` puts it there", exitCode: 66, "runs", "restore", "kept")
  }

  @Test("A question about shift that a run cannot answer")
  func shift() throws {
    for (name, layers, range) in [
      ("narrow", "3", "-5,5"), ("wide", "4", "-5,5"), ("other", "3", "-4,4"),
    ] {
      try place.normscope([
        "record", "--layers", layers, "--probe", "20", "--steps", "5", "--name", name,
        "--histogram-bins", "8", "--histogram-range", range,
      ])
    }
    try expect(
      "record histograms of the probe with --histogram-bins 64", exitCode: 66, "shift", "kept",
      "--measure", "psi")
    try expect(
      "name another unit, or one layer with --layer", exitCode: 66, "distribution", "kept",
      "--unit", "99")
    try expect(
      "ask for another layer with --layer", exitCode: 66, "shift", "narrow", "--reference",
      "run:wide")
    try expect(
      "record both with the same --histogram-bins and --histogram-range", exitCode: 66, "shift",
      "narrow", "--layer", "1", "--measure", "psi", "--reference", "run:other")
    try expect(
      "use --reference previous, or omit --pooled", exitCode: 64, "shift", "kept", "--pooled",
      "--points", "2", "--reference", "window:2")
    try expect(
      "try the filter with normscope runs --where", exitCode: 66, "compare", "--first-where",
      "name = nobody", "--second-where", "name = kept")
    try expect(
      "filter the groups more closely, or pair them by another field with --pair-by", exitCode: 66,
      "compare", "--first-where", "name = kept", "--second-where", "name ~ e")
  }

  @Test("A question about what the recorder of the run does not record")
  func otherProgram() throws {
    try place.folder.write(IngestTests.begin + "\n" + IngestTests.step(0) + "\n", to: "sent.ndjson")
    _ = try place.attempt(["ingest", "sent.ndjson"])
    for (what, option, command) in [
      ("gradient shifts", "--gradient-shift-every 50", ["gradients"]),
      ("landscapes", "--landscape-every 50", ["landscape"]),
      ("histograms of the probe", "--histogram-bins 64", ["shift", "--measure", "psi"]),
    ] {
      let arguments = [command[0], "kept"] + command.dropFirst()
      expectOneSentence(
        try place.attempt(arguments), exitCode: 66, containing: "; record \(what) with \(option).")
      expectOneSentence(
        try place.attempt(arguments.map { $0 == "kept" ? "sent" : $0 }), exitCode: 66,
        containing:
          "; `normscope record` records \(what), and the protocol for other programs has none.")
    }
  }

  @Test("A question in SQL that goes beyond a limit, or names what does not exist")
  func queries() throws {
    let endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
    try expect(
      "ask for less, or raise --time-limit", exitCode: 64, "sql",
      "\(endless) SELECT count(*) FROM n", "--time-limit", "0.1")
    try expect(
      "add a LIMIT, or raise --row-limit", exitCode: 64, "sql", "\(endless) SELECT i FROM n",
      "--row-limit", "2")
    try expect(
      "`normscope db export-schema` prints the tables", exitCode: 64, "sql", "SELECT 1 FROM nowhere"
    )
  }
}
