import FoundationEssentials
import TestSupport
import Testing

@Suite("Questions in SQL")
struct SQLCommandTests {
  let place: RecordedFolder

  init() throws {
    place = try RecordedFolder()
    try place.normscope([
      "record", "--layers", "8", "--norm", "batch", "--steps", "20", "--name", "first",
    ])
  }

  static let endless =
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"

  func ask(_ sql: String, _ options: [String] = []) throws -> String {
    try place.normscope(["sql", sql] + options).output
  }

  @Test("A measure in SQL is the one of the command shift")
  func sameAsShift() throws {
    let shift = try place.answer([
      "shift", "first", "--layer", "1", "--measure", "nw2,kl_forward", "--points", "1",
    ])
    let last = try #require(shift.rows.last)
    let values = ["nw2", "kl_forward"].map { last[$0]?.number }
    let answer = try ask(
      """
      SELECT nw2(a.mean, a.variance, b.mean, b.variance, 'median', epsilon),
        kl_forward(a.mean, a.variance, b.mean, b.variance, 'median', epsilon)
      FROM site JOIN moment AS a ON a.site = site.id AND a.step = 0
        JOIN moment AS b ON b.site = site.id AND b.step = (SELECT max(step) FROM moment WHERE site = site.id)
      WHERE layer = 1 AND tap = 'preactivation' AND population = 'probe' AND statistics = 'batch'
      """, ["--format", "csv"])
    let cells = try #require(answer.split(separator: "\n").last).split(separator: ",")
    #expect(values == cells.map { Double($0) })
  }

  @Test("Vectors are pooled, unpacked and counted")
  func vectors() throws {
    #expect(
      try ask(
        """
        SELECT DISTINCT vec_count(moments_merge_variance(count, mean, variance)) FROM moment JOIN site ON site.id = site
        WHERE layer = 1 AND tap = 'preactivation' GROUP BY site.id
        """, ["--format", "ndjson"]
      ).contains(":8}\n"))
    #expect(
      try ask(
        "SELECT position FROM moment, vec_each(mean) WHERE moment.id = 1 LIMIT 2",
        ["--format", "csv"]) == "position\n0\n1\n")
    #expect(try ask("SELECT mean FROM moment LIMIT 1").hasSuffix(" bytes\n"))
    #expect(
      try ask("SELECT 'a' || char(0, 27) AS t, x'00ff' AS b, NULL AS n")
        == "t    b           n\na\u{FFFD}\u{FFFD}  2 bytes  NULL\n")
  }

  @Test(
    "A statement that writes, or several statements, are refused in a sentence",
    arguments: [
      ("DELETE FROM run", "more than read"), ("ATTACH 'x.db' AS x", "more than read"),
      ("PRAGMA user_version = 7", "more than read"), ("VACUUM INTO 'x.db'", "more than read"),
      ("BEGIN", "more than read"), ("REINDEX", "more than read"),
      ("SELECT load_extension('x')", "load_extension"),
      ("SELECT 1; SELECT 2", "several statements"), ("", "empty"), ("SELECT ?", "parameters"),
      ("SELECT\n\u{1B}[31m", "cannot be run"), ("SELECT * FROM nowhere", "export-schema"),
      ("SELECT vec_norm('x')", "vec_norm: argument 1 is text"),
      ("SELECT hex(zeroblob(400000000))", "too big"),
      ("SELECT fts3_tokenizer('simple')", "fts3_tokenizer"),
      ("SELECT zeroblob(2000000000)", "too big"), ("SELECT abs(-9223372036854775808)", "overflow"),
    ])
  func refused(sql: String, said: String) throws {
    let run = try place.attempt(["sql", sql])
    expectOneSentence(run, exitCode: 64, containing: said)
    #expect(!run.errorOutput.contains("\u{1B}"))
    #expect(!FileManager.default.fileExists(atPath: place.folder.file("x.db")))
    try place.normscope(["db", "check"])
  }

  @Test("A question that takes too long is stopped")
  func timeLimit() throws {
    expectOneSentence(
      try place.attempt(["sql", "SELECT count(*) FROM (\(Self.endless))", "--time-limit", "0.1"]),
      exitCode: 64, containing: "0.1 s", "--time-limit")
  }

  @Test("So is one whose every instruction takes long")
  func slowInstructions() throws {
    // A thousand rows, one look at the clock of SQLite's own, would take minutes.
    let rows = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 300)"
    expectOneSentence(
      try place.attempt([
        "sql", "\(rows) SELECT vec_avg(zeroblob(60000000)) FROM n", "--time-limit", "0.5",
      ]), exitCode: 64, containing: "0.5 s", "--time-limit")
  }

  @Test("An answer of too many rows ends in an error, never cut off in silence")
  func rowLimit() throws {
    let sql = "\(Self.endless) LIMIT 3"
    #expect(try ask(sql, ["--row-limit", "3", "--format", "csv"]) == "i\n1\n2\n3\n")
    for format in ["table", "csv", "json", "ndjson"] {
      expectOneSentence(
        try place.attempt(["sql", sql, "--row-limit", "2", "--format", format]), exitCode: 64,
        containing: "more than 2 rows", "--row-limit")
    }
  }

  @Test("Limits that are none are refused")
  func badLimits() throws {
    for option in ["--time-limit", "--row-limit"] {
      for value in ["0", "-1", "nan", "x"] {
        #expect(try place.attempt(["sql", "SELECT 1", "\(option)=\(value)"]).exitCode == 64)
      }
    }
    expectOneSentence(
      try place.attempt(["sql", "SELECT 1", "--db", "none.db"]), exitCode: 66, containing: "none.db"
    )
  }

  @Test("A question can be asked while a run is recorded")
  func whileRecording() throws {
    let command = try place.start([
      "record", "--layers", "4", "--steps", "100000000", "--name", "live",
    ])
    for _ in 0..<200 {
      if try place.attempt(["show", "live"]).exitCode == 0 { break }
      _ = try CommandRun("sleep", ["0.05"])
    }
    #expect(
      try ask(
        "SELECT count(*) AS n FROM run WHERE name = 'live' AND status = 'running'",
        ["--format", "csv"]) == "n\n1\n")
    #expect(command.isRunning)
  }
}
