import FoundationEssentials
import RunModel
import Statistics
import TestSupport
import Testing

@testable import CentralStore

@Suite(
  "The extension of PostgreSQL",
  .enabled(
    if: PostgreSQLServer.hasExtension, .init(rawValue: PostgreSQLServer.extensionSkipReason)))
struct ExtensionTests {
  let url: String
  let connection: ServerConnection

  init() throws {
    url = try PostgreSQLServer.shared().makeDatabase()
    connection = try ServerConnection(url: url)
    try connection.execute("CREATE EXTENSION normscope; SET search_path TO normscope, pg_catalog")
  }

  /// A vector as the text of a bytea.
  private func bytea(_ numbers: [Float]) -> ServerParameter {
    let digits = numbers.flatMap { number in
      (0..<4).map { place in
        let byte = UInt8(truncatingIfNeeded: number.bitPattern >> (place * 8))
        return (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
    }
    return .text("\\x" + digits.joined())
  }

  private func areEqual(_ a: Double?, _ b: Double?) -> Bool {
    guard let a, let b else { return a == nil && b == nil }
    return abs(a - b) <= 1e-12 * max(abs(a), abs(b))
  }

  @Test("Every measure has the numbers of the program", arguments: ShiftMeasure.allCases)
  func measures(measure: ShiftMeasure) throws {
    var random = SplitMix64(seed: 7)
    func vector(_ count: Int, _ range: ClosedRange<Float>) -> [Float] {
      (0..<count).map { _ in Float.random(in: range, using: &random) }
    }
    var cases: [(mean: [Float], variance: [Float], later: [Float], latest: [Float])] = [
      ([0, 1, 2], [1, 1, 1], [0, 1, 2], [1, 1, 1]), ([0], [0], [0], [0]), ([0], [0], [3], [0]),
      ([1e20], [1], [-1e20], [1e-20]), ([.nan, 1], [1, 1], [1, 2], [1, 3]),
      ([0, 0], [-1, 1], [1, 1], [1, 2]), ([0], [1], [.infinity], [1]), ([], [], [], []),
    ]
    for width in [1, 2, 7, 64] {
      cases.append(
        (vector(width, -3...3), vector(width, 0...4), vector(width, -3...3), vector(width, 0...4)))
    }
    for (index, one) in cases.enumerated() {
      for aggregate in UnitAggregate.allCases {
        for epsilon in [0, 0.001] {
          let reference = ShiftReference(
            mean: one.mean.map(Double.init), variance: one.variance.map(Double.init),
            epsilon: epsilon)
          var scratch = [Double](repeating: 0, count: one.mean.count)
          var room = scratch.mutableSpan
          let expected = reference.summary(
            of: measure, by: aggregate, mean: one.later.span, variance: one.latest.span,
            scratch: &room
          ).value
          let found = try connection.query(
            "SELECT \(measure.rawValue)($1, $2, $3, $4, $5, $6::float8)",
            [
              bytea(one.mean), bytea(one.variance), bytea(one.later), bytea(one.latest),
              .text(aggregate.rawValue), .real(epsilon),
            ])[0].optionalReal(0)
          #expect(
            areEqual(found, expected),
            "\(index) \(aggregate): \(String(describing: found)), \(String(describing: expected))")
        }
      }
    }
  }

  @Test("Pools over rows and blocks have the numbers of the program, with workers too")
  func pools() throws {
    let made = try MadeRun()
    try made.record(0..<300)
    try made.recorder.end(.finished)
    let store = try CentralDatabase(url: url, for: .push)
    let run = try made.run()
    try store.push(run, from: made.reading())
    for workers in [false, true] {
      if workers {
        try connection.execute(
          """
          SET force_parallel_mode = on; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0;
          SET min_parallel_table_scan_size = 0; SET max_parallel_workers_per_gather = 4;
          ALTER TABLE moment SET (parallel_workers = 4)
          """)
      }
      for steps in [20..<280, 0..<300, 128..<256, 150..<151] {
        for site in try store.sites(of: store.run("made")) {
          var pool = MomentAccumulator(features: site.site.width)
          try store.forEachMoment(at: site, steps: steps) {
            pool.merge(count: $0.count, mean: $0.mean.span, variance: $0.variance.span)
          }
          let ofBlocks = try connection.query(
            """
            SELECT (pool).count, (pool).mean, (pool).variance FROM (
              SELECT moments_pool(format, steps, counts, mean, variance, $2, $3) AS pool
              FROM moment WHERE site = $1) AS pooled
            """, [.integer(site.id), .integer(steps.lowerBound), .integer(steps.upperBound)])[0]
          let ofRows = try connection.query(
            """
            SELECT (pool).count, (pool).mean, (pool).variance FROM (
              SELECT moments_pool(
                counts[i], block_vector(format, mean, cardinality(steps), i),
                block_vector(format, variance, cardinality(steps), i)) AS pool
              FROM moment, generate_subscripts(steps, 1) AS i
              WHERE site = $1 AND steps[i] >= $2 AND steps[i] < $3) AS pooled
            """, [.integer(site.id), .integer(steps.lowerBound), .integer(steps.upperBound)])[0]
          for row in [ofBlocks, ofRows] {
            #expect(row.integer(0) == pool.count)
            for (found, expected) in [
              (row.reals(1), pool.mean), (row.reals(2), pool.populationVariance ?? []),
            ] {
              #expect(found.count == expected.count)
              #expect(
                zip(found, expected).allSatisfy {
                  $0 == $1 || !$0.isFinite && !$1.isFinite || areEqual($0, $1)
                })
            }
          }
        }
      }
    }
    let plan = try connection.query(
      "EXPLAIN SELECT moments_pool(format, steps, counts, mean, variance, 0, 999) FROM moment"
    ).map { $0.text(0) }.joined()
    #expect(plan.contains("Partial"))
  }

  @Test(
    "What is no vector or no block is refused",
    arguments: [
      ("vec_count('\\x0102'::bytea)", "none of float32"),
      ("vec_at('\\x00000000'::bytea, 1)", "position 1"),
      ("vec_dot('\\x00000000'::bytea, ''::bytea)", "1 and 0 numbers"),
      ("block_vector(1::smallint, ''::bytea, 1, 1)", "format 1"),
      ("block_vector(0::smallint, '\\x00000000'::bytea, 1, 2)", "no step 2"),
      ("nw2(''::bytea, ''::bytea, ''::bytea, ''::bytea, 'mode')", "aggregate"),
      ("nw2(''::bytea, ''::bytea, ''::bytea, ''::bytea, 'mean', -1)", "epsilon"),
      ("moments_pool(-1, ''::bytea, ''::bytea)", "count is -1"),
      (
        "moments_pool(0::smallint, '{1,2}', '{1}', ''::bytea, ''::bytea, 0, 9)", "2 steps, 1 counts"
      ),
      ("moments_pool(3::smallint, '{1}', '{1}', ''::bytea, ''::bytea, 0, 9)", "format 3"),
    ])
  func refused(call: String, part: String) throws {
    let error = try #require(throws: ServerError.self) { try connection.query("SELECT \(call)") }
    #expect(error.code == "22023" && error.message.contains(part), "\(error)")
  }

  @Test("Functions of vectors have the numbers of the program")
  func vectors() throws {
    let (a, b): ([Float], [Float]) = ([1, -2.5, 4], [0.5, 3, -1])
    let row = try connection.query(
      """
      SELECT vec_count($1)::bigint, vec_mean($1), vec_norm($1), vec_min($1), vec_max($1), vec_dot($1, $2),
        vec_sub($1, $2), (SELECT sum(value) FROM vec_each($1)), vec_mean(''::bytea)
      """, [bytea(a), bytea(b)])[0]
    #expect(row.integer(0) == 3)
    #expect(areEqual(row.real(1), a.span.mean) && areEqual(row.real(2), a.span.norm))
    #expect(row.real(3) == -2.5 && row.real(4) == 4 && areEqual(row.real(5), a.span.dot(b.span)))
    var difference: [Float] = []
    #expect(row.read(6, count: 3, into: &difference) && difference == [0.5, -5.5, 5])
    #expect(row.real(7) == 2.5 && row.isNull(8))
  }
}
