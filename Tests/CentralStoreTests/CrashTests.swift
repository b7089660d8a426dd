import FoundationEssentials
import RunModel
import TestSupport
import Testing

@testable import CentralStore

@Suite(
  "Crashes of the server",
  .enabled(if: PostgreSQLServer.programs != nil, .init(rawValue: PostgreSQLServer.skipReason)))
struct CrashTests {
  /// The number of crashes; more of them with `NORMSCOPE_FAULTS` in the environment.
  static let count = ProcessInfo.processInfo.environment["NORMSCOPE_FAULTS"].flatMap(Int.init) ?? 6

  @Test("Every block that was acknowledged is there once, and the next push sends the rest")
  func acknowledged() throws {
    let server = try PostgreSQLServer()
    let url = try server.makeDatabase()
    let made = try MadeRun()
    let site = Site(layer: 3, tap: .input, population: .batch, statistics: .none, width: 16)
    for step in 0..<1_000 {
      let vector = (0..<site.width).map { Float($0 + step) }
      made.recorder.record(site, step: step, count: 20, mean: vector, variance: vector)
      try made.recorder.endStep(step)
    }
    try made.recorder.end(.finished)
    let (run, file) = (try made.run(), try made.reading())
    var random = SplitMix64(seed: 3)
    var crashes = 0
    while crashes < Self.count {
      // As many transactions are acknowledged as chance has it; the next one fails.
      var left = Int.random(in: 1...8, using: &random)
      var acknowledged = 0
      let before = try? server.sql("SELECT count(*) FROM normscope.moment", in: url)
      do {
        let store = try CentralDatabase(url: url, for: .push)
        // Each of the eight blocks is a transaction.
        store.transactionBytes = 16 << 10
        try store.push(run, from: file) { pushed in
          acknowledged = pushed.blockCount
          left -= 1
          if left == 0 { server.stop() }
        }
        Issue.record("A push went on without its server.")
        return
      } catch is StoreError {
        crashes += 1
        try server.start()
        let there = try Int(server.sql("SELECT count(*) FROM normscope.moment", in: url)) ?? -1
        #expect(there >= (before.flatMap { Int($0) } ?? 0) + acknowledged)
        if crashes.isMultiple(of: 2) { try server.sql("DELETE FROM normscope.run", in: url) }
      }
    }
    let store = try CentralDatabase(url: url, for: .push)
    try store.push(run, from: file)
    #expect(
      try CentralStoreTests.rows(of: store.run("made"), in: store)
        == CentralStoreTests.rows(of: run, in: file))
    #expect(
      try server.sql(
        "SELECT count(*), count(DISTINCT (site, block)) FROM normscope.moment", in: url) == "8|8")
  }
}
