import RunStore
import SQLite
import TestSupport
import Testing

@testable import RunModel
@testable import ShiftAnalysis

@Suite("Times in filters")
struct FilterTimeTests {
  /// 2026-11-28T15:00:00Z, a whole number of microseconds since 1970.
  static let now = 1_795_878_000_000_000
  static let hour = 3_600_000_000

  @Test(
    "A moment is read with T or a blank, with Z, an offset or none, to the microsecond",
    arguments: [
      ("2026-11-28T15:00:00Z", 0), ("2026-11-28 15:00:00", 0), ("2026-11-28t15:00z", 0),
      ("2026-11-28 15:00", 0), ("2026-11-28T15:00:00.25Z", 250_000),
      ("2026-11-28T15:00:00,000001", 1), ("2026-11-28T15:00:00.0000019Z", 1),
      ("2026-11-29T00:00:00+09:00", 0), ("2026-11-29T00:00:00+0900", 0),
      ("2026-11-29 00:00 +09", 0), ("2026-11-28T09:30:00-05:30", 0),
      ("2026-11-28T16:00:00.5+01:00", 500_000), ("-30m", -hour / 2), ("-2h", -2 * hour),
      ("-3d", -72 * hour), ("-1w", -168 * hour), ("-0h", 0),
    ])
  func moment(text: String, fromNow: Int) throws {
    let time = try #require(FilterTime(text, now: Self.now))
    #expect(time.first - Self.now == fromNow)
    #expect(time.last == time.first)
  }

  @Test(
    "A day is all of it, of UTC",
    arguments: [
      ("2026-11-28", 0), ("today", 0), ("yesterday", -1), ("2026-11-27", -1), ("2026-12-01", 3),
      ("2024-02-29", -1003), ("1970-01-01", -20785), ("1600-03-01", -155_865),
      ("2000-02-29", -9769),
    ])
  func day(text: String, fromToday: Int) throws {
    let time = try #require(FilterTime(text, now: Self.now))
    let today = Self.now - 15 * Self.hour
    #expect(time.first - today == fromToday * 24 * Self.hour)
    #expect(time.last - time.first == 24 * Self.hour - 1)
  }

  @Test(
    "What is no time is none",
    arguments: [
      "", "tomorrow", "Today ", "now", "2026", "2026-11", "2026-11-31", "2025-02-29", "2026-13-01",
      "2026-00-10", "2026-11-00", "26-11-28", "2026/11/28", "2026-11-28T", "2026-11-28T24:00",
      "2026-11-28T15:60", "2026-11-28T15:00:60", "2026-11-28T15", "2026-11-28 15:00:00.",
      "2026-11-28T15:00+9", "2026-11-28T15:00+24:00", "2026-11-28T15:00+09:60",
      "2026-11-28T15:00+0:900", "2026-11-28T15:00ZZ", "2026-11-28T15:00 x", "2026-11-28Z",
      "-2", "-h", "-2y", "-2.5h", "2h", "--2h", "-1000000w", "-99999999999999999999h", "-٢h",
      "٢٠٢٦-11-28", "1795878000", "nan", "+1h",
    ])
  func none(text: String) {
    #expect(FilterTime(text, now: Self.now) == nil)
  }

  /// The names of the runs, which began at 12:00, 15:00 and 15:00:00.5 of three days and two places.
  func names(where filter: String, inOrder order: String = "started") throws -> String {
    let folder = try TemporaryFolder()
    let database = try RunDatabase(path: folder.file("runs.db"), for: .record)
    let times = [
      ("a", "2026-11-26T12:00:00.000Z", "2026-11-27T00:00:00.000Z"),
      ("b", "2026-11-28T15:00:00.500Z", nil),
      ("c", "2026-11-27T15:00:00.000Z", "2026-11-28T14:59:00.000Z"),
    ]
    for (name, started, finished) in times {
      let recorder = try RunRecorder(database: database, run: NewRun(name: name))
      if finished != nil { try recorder.end(.finished) }
      try database.connection.run(
        "UPDATE run SET started_at = ?, finished_at = ? WHERE name = ?",
        [.text(started), .text(optional: finished), .text(name)])
    }
    let selected = try RunFilter(filter, now: Self.now)
    return try RunOrder(order).sorted(
      database.runs().filter { try selected.matches(RunFacts($0, in: database)) }, in: database
    ).map(\.name).joined()
  }

  @Test(
    "Runs are found by when they began and ended, as times and not as text",
    arguments: [
      ("started = 2026-11-28", "b"), ("started = today", "b"), ("started = yesterday", "c"),
      ("started != yesterday", "ab"), ("started > 2026-11-27", "b"),
      ("started >= 2026-11-27", "cb"),
      ("started < 2026-11-27", "a"), ("started <= 2026-11-27", "ac"),
      ("started = 2026-11-26T12:00Z", "a"), ("started = '2026-11-26 21:00:00+09:00'", "a"),
      ("started > 2026-11-28T15:00:00Z", "b"), ("started >= 2026-11-28T15:00:00.500Z", "b"),
      ("started > 2026-11-28T15:00:00.5Z", ""), ("started < '2026-11-28 15:00:00.6'", "acb"),
      ("started > 2026-11-28T23:59:00+09:00", "b"), ("started > -24h", "b"),
      ("started >= -1d", "cb"),
      ("started > -1w", "acb"), ("finished = 2026-11-28", "c"), ("finished > -2m", "c"),
      ("finished < today", "a"), ("finished != today", "ab"), ("not finished > 1970-01-01", "b"),
    ])
  func found(filter: String, names: String) throws {
    #expect(try self.names(where: filter) == names)
  }

  @Test("Runs are sorted by when they ended, those that have not come last")
  func sorted() throws {
    #expect(try names(where: "name != x", inOrder: "-finished") == "cab")
    #expect(try names(where: "name != x", inOrder: "finished") == "acb")
  }

  @Test("A time that the file holds and that is none is missing, not the beginning of time")
  func damaged() throws {
    #expect(RunFacts.time("yesterday") == .missing)
    #expect(RunFacts.time(nil) == .missing)
    #expect(
      RunFacts.time("2026-11-28T15:00:00.000Z") == .text("2026-11-28T15:00:00.000Z"))
  }
}
