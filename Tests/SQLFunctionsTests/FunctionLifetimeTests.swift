import SQLite
import TestSupport
import Testing

@Suite("SQL functions in queries that go on, break off and come again", .serialized)
struct FunctionLifetimeTests {
  @Test("Each group of rows has its own accumulator, also where groups alternate")
  func groups() throws {
    let place = try FunctionConnection(
      """
      CREATE TABLE row (kind INTEGER, v BLOB);
      INSERT INTO row VALUES (1, \(literal([1]))), (2, \(literal([10]))), (1, \(literal([3]))), (2, \(literal([30])));
      """)
    let means = try place.connection.rows(
      "SELECT kind, vec_at(vec_avg(v), 0), vec_at(vec_avg(v) FILTER (WHERE kind = 3), 0) FROM row GROUP BY kind"
    ) { ($0.integer(0), $0.real(1), $0.isNull(2)) }
    #expect(means.map(\.0) == [1, 2] && means.map(\.1) == [2, 20] && means.allSatisfy(\.2))
  }

  @Test("An aggregate that an error breaks off leaves nothing behind, and can be used again")
  func brokenOff() throws {
    let place = try CountedGroup.connection()
    let rows =
      "(SELECT 1 AS kind, 1 AS i UNION ALL SELECT 2, 1 UNION ALL SELECT 1, -1 UNION ALL SELECT 2, 3)"
    for _ in 0..<5 {
      #expect(
        place.failure("SELECT counted_group(i) FROM \(rows) GROUP BY kind")
          == "counted_group: it is negative")
      #expect(place.failure("SELECT counted_group(i), counted_group(i + 1) FROM \(rows)") != nil)
      #expect(CountedGroup.alive == 0)
      #expect(place.failure("SELECT counted_group(abs(i)) FROM \(rows)") == nil)
      #expect(CountedGroup.alive == 0)
    }
    #expect(CountedGroup.made > 0)
  }

  @Test("A query that is abandoned at its first row lets go of its groups")
  func abandoned() throws {
    struct Abandoned: Error {}
    let place = try CountedGroup.connection()
    for sql in [
      "SELECT counted_group(position) FROM vec_each(zeroblob(12)) GROUP BY position",
      "SELECT (SELECT counted_group(a.position) FROM vec_each(zeroblob(8)) AS a) FROM vec_each(zeroblob(8))",
    ] {
      #expect(throws: Abandoned.self) {
        try place.connection.statement(sql).forEachRow { _ in throw Abandoned() }
      }
      #expect(CountedGroup.alive == 0)
    }
  }

  @Test("vec_each joins with tables and with itself, and starts anew for each row")
  func joins() throws {
    let place = try FunctionConnection(
      """
      CREATE TABLE row (id INTEGER PRIMARY KEY, v BLOB);
      INSERT INTO row (v) VALUES (\(literal([1, 2]))), (\(literal([]))), (NULL), (\(literal([5])));
      """)
    let pairs = try place.connection.rows(
      "SELECT id, position, value FROM row, vec_each(v) ORDER BY id, position"
    ) { "\($0.integer(0)) \($0.integer(1)) \($0.real(2))" }
    #expect(pairs == ["1 0 1.0", "1 1 2.0", "4 0 5.0"])
    #expect(
      try place.connection.rows(
        "SELECT a.value + b.value FROM vec_each(\(literal([1, 2]))) AS a JOIN vec_each(\(literal([10, 20]))) AS b USING (position)"
      ) { $0.real(0) } == [11, 22])
    #expect(
      place.failure("INSERT INTO vec_each VALUES (1, 2)")?.contains("may not be modified") == true)
  }

  @Test("Functions work in views and generated columns, and do not change a schema")
  func schema() throws {
    let place = try FunctionConnection(
      """
      CREATE TABLE row (v BLOB, norm REAL AS (vec_norm(v)) STORED);
      CREATE VIEW number AS SELECT value FROM row, vec_each(v);
      INSERT INTO row (v) VALUES (\(literal([3, 4])));
      """)
    #expect(try place.connection.rows("SELECT norm FROM row") { $0.real(0) } == [5])
    #expect(try place.connection.rows("SELECT value FROM number") { $0.real(0) } == [3, 4])
  }

  @Test("BLOBs of any bytes are read or refused, and nothing crashes")
  func anyBytes() throws {
    let place = try FunctionConnection("CREATE TABLE row (a BLOB, b BLOB)")
    var generator = SplitMix64(seed: 7)
    let insert = try place.connection.statement("INSERT INTO row VALUES (?, ?)")
    for _ in 0..<300 {
      let length = Int.random(in: 0...9, using: &generator)
      let blobs = (0..<2).map { _ in
        (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
      }
      try insert.run(blobs.map { .bytes($0) })
    }
    for measure in ["nw2", "js", "fisher_rao", "energy", "mmd", "w1"] {
      for aggregate in ["mean", "median", "p90", "max", "rms"] {
        let good = "WHERE length(a) % 4 = 0"
        #expect(
          place.failure("SELECT \(measure)(a, b, b, a, '\(aggregate)', 0) FROM row \(good)") == nil)
        #expect(
          place.failure("SELECT \(measure)(a, b, b, a, '\(aggregate)') FROM row")?
            .hasPrefix("\(measure): argument ") == true)
      }
    }
    #expect(
      place.failure(
        "SELECT moments_merge_variance(1000000000000, a, b) FROM row WHERE length(a) = 8") == nil)
  }
}
