import RunModel
import RunStore
import ShiftAnalysis
import Statistics
import TestSupport
import Testing

@testable import CentralStore

@Suite(
  "Questions that the server computes",
  .enabled(
    if: PostgreSQLServer.hasExtension, .init(rawValue: PostgreSQLServer.extensionSkipReason)))
struct EngineTests {
  /// A store of a run of more than a thousand steps, without the extension and with it.
  private let read: CentralDatabase
  private let computing: CentralDatabase

  /// The URLs of three stores of one run: one that is copied, one without the extension and one with it.
  private static let stores = Result { () -> (original: String, read: String, computing: String) in
    let made = try MadeRun()
    var random = SplitMix64(seed: 11)
    let sites = [
      Site(layer: 1, tap: .preactivation, population: .batch, statistics: .none, width: 6),
      Site(
        layer: 2, tap: .preactivation, population: .batch, statistics: .none, width: 1),
      Site(layer: 3, tap: .preactivation, population: .batch, statistics: .none, width: 33),
    ]
    for step in 0..<1_300 where !(400..<500).contains(step) {
      for site in sites {
        // Rows without a mean, a variance that is none, and a step without rows.
        let mean = (0..<site.width).map { unit in
          step == 77 && unit == 0
            ? Float.nan
            : Float(step) / 900 + (step < 900 ? 0 : 3) + Float.random(in: -1...1, using: &random)
        }
        let variance = (0..<site.width).map { unit in
          step == 90 && unit == 0 ? -1 : Float.random(in: 0...2, using: &random)
        }
        made.recorder.record(
          site, step: step, count: step == 5 ? 0 : 20 + step % 3,
          nonFiniteCount: step == 77 ? 1 : 0,
          mean: mean, variance: variance)
      }
      try made.recorder.endStep(step)
    }
    try made.recorder.end(.finished)
    let server = try PostgreSQLServer.shared()
    let original = try server.makeDatabase()
    try CentralDatabase(url: original, for: .push).push(made.run(), from: made.reading())
    let computing = try server.makeDatabase(like: original)
    try server.sql("CREATE EXTENSION normscope", in: computing)
    return (original, try server.makeDatabase(like: original), computing)
  }

  init() throws {
    let stores = try Self.stores.get()
    read = try CentralDatabase(url: stores.read, for: .read)
    computing = try CentralDatabase(url: stores.computing, for: .read)
  }

  private static func sites(of store: CentralDatabase) throws -> [TravelSite] {
    try store.sites(of: store.run("made")).map { TravelSite($0, epsilon: 0.001) }
  }

  private func areEqual(_ a: Double?, _ b: Double?) -> Bool {
    guard let a, let b else { return a == nil && b == nil }
    return abs(a - b) <= 1e-12 * max(abs(a), abs(b), 1e-300)
  }

  @Test("How far distributions went is what reading the moments gives")
  func travels() throws {
    let (ofMoments, ofServer) = try (
      read.travels(at: Self.sites(of: read)), computing.travels(at: Self.sites(of: computing))
    )
    #expect(read.knownEngine == false && computing.knownEngine == true)
    #expect(ofMoments.count == 3 && ofServer.count == 3)
    for (a, b) in zip(ofMoments, ofServer) {
      #expect(a.steps == b.steps && a.spacing == b.spacing && a.steps == 0...1_299)
      #expect(areEqual(a.pathLength, b.pathLength) && areEqual(a.normalized, b.normalized))
    }
    #expect(ofServer[1].pathLength == nil && ofServer[0].pathLength != nil)
  }

  @Test("Shifts from windows before are what reading the moments gives")
  func trailing() throws {
    let (ofAll, ofServers) = try (
      read.trailingShifts(at: Self.sites(of: read)),
      computing.trailingShifts(at: Self.sites(of: computing))
    )
    #expect(ofAll.count == 3 && ofServers.count == 3)
    for (ofMoments, ofServer) in zip(ofAll, ofServers) {
      #expect(ofMoments.map(\.step) == ofServer.map(\.step) && ofServer.count == 1_200)
      #expect(zip(ofMoments, ofServer).allSatisfy { areEqual($0.shift, $1.shift) })
      #expect(ofServer.contains { $0.shift != nil } && ofServer.contains { $0.shift == nil })
    }
  }

  @Test("Pools are those of the same blocks and steps, read one by one")
  func pools() throws {
    let windows = [
      0..<1_300, 128..<256, 100..<700, 5..<6, 400..<500, 1_024..<1_300, 0..<1_024, 90..<91, 7..<7,
      1_250..<5_000,
    ]
    for (a, b) in zip(try Self.sites(of: read), try Self.sites(of: computing)) {
      #expect(try read.pooledMoments(at: a.site, windows: windows) == nil)
      let ofServer = try #require(try computing.pooledMoments(at: b.site, windows: windows))
      for (window, found) in zip(windows, ofServer) {
        let expected = try read.pooledMoment(at: a.site, steps: window)
        #expect("\(String(describing: found))" == "\(String(describing: expected))", "\(window)")
        #expect(
          try "\(String(describing: computing.pooledMoment(at: b.site, steps: window)))"
            == "\(String(describing: expected))")
      }
    }
  }

  @Test("Questions about pooled steps, alarms and groups have one answer")
  func answers() throws {
    var query = ShiftQuery()
    query.isPooled = true
    for points in [3, 40, 300] {
      query.points = points
      let series = try [read, computing].map { store in
        try store.shift(of: store.run("made"), query)
      }
      for (a, b) in zip(series[0], series[1]) {
        #expect(Array(a.points).map { "\($0)" } == Array(b.points).map { "\($0)" })
        #expect(a.recordedCount == b.recordedCount && a.points.count > 2)
      }
    }
    var sites = SiteQuery()
    sites.population = .batch
    let alarms = try [read, computing].map { store in
      try AlarmDetector.allCases.map { try store.alarms(of: store.run("made"), sites, by: $0) }
    }
    #expect(alarms[0] == alarms[1])
    #expect(alarms[0].joined().contains { !$0.alarms.isEmpty })
  }

  @Test("A block that was altered answers nothing, wherever it is computed")
  func damaged() throws {
    let url = try PostgreSQLServer.shared().makeDatabase(like: Self.stores.get().original)
    let store = try CentralDatabase(url: url, for: .read)
    try store.connection.execute(
      """
      UPDATE moment SET mean = set_byte(mean, 5, get_byte(mean, 5) # 1) WHERE block = 1;
      CREATE EXTENSION normscope
      """)
    let sites = try Self.sites(of: store)
    for question in [
      { _ = try store.travels(at: sites) }, { _ = try store.trailingShifts(at: sites) },
      { _ = try store.pooledMoment(at: sites[0].site, steps: 130..<150) },
    ] as [() throws -> Void] {
      let error = #expect(throws: StoreError.self) { try question() }
      #expect(error?.description.contains("block 1 of the table moment") == true)
      #expect(error?.description.contains("checksum") == true)
    }
    #expect(store.knownEngine == true)
    // Others answer.
    #expect(try store.pooledMoment(at: sites[0].site, steps: 0..<100) != nil)
  }
}
