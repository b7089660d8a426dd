import RunModel
import RunStore
import SQLite
import TestSupport
import Testing

@testable import CentralStore

@Suite(
  "A run in a central store",
  .enabled(if: PostgreSQLServer.programs != nil, .init(rawValue: PostgreSQLServer.skipReason)))
struct PushedRunTests {
  let url: String
  let made: MadeRun

  init() throws {
    url = try PostgreSQLServer.shared().makeDatabase()
    made = try MadeRun()
  }

  private func store(_ access: CentralDatabase.Access = .push) throws -> CentralDatabase {
    try CentralDatabase(url: url, for: access)
  }

  @Test("It has every row and column of the file, and so has a file that it was pulled into")
  func rows() throws {
    try made.record(0..<300)
    try made.recorder.end(.diverged, reason: "It \"diverged\".")
    let (file, store) = (try made.reading(), try store())
    let pushed = try store.push(made.run(), from: file)
    // Blocks of 128 steps: three of each tensor's moments, of higher moments, and of gamma and beta.
    #expect(pushed.blockCount == 3 * 2 + 3 * 2 + 3)
    let run = try store.run("made")
    let expected = try CentralStoreTests.rows(of: made.run(), in: file)
    #expect(expected.count > 900)
    #expect(try CentralStoreTests.rows(of: run, in: store) == expected)
    let pulled = try RunDatabase(path: made.folder.file("pulled.db"), for: .record)
    #expect(try pulled.pull(run, from: store) == .added)
    #expect(try CentralStoreTests.rows(of: pulled.run("made"), in: pulled) == expected)
    for copy in try [run, pulled.run("made")] {
      let original = try made.run()
      #expect(copy.status == .diverged && copy.statusReason == original.statusReason)
      #expect(copy.tags == ["näme": "välue", "b": ""] && copy.stepCount == 300)
      #expect(
        [copy.startedAt, copy.heartbeatAt, copy.finishedAt, copy.provenance, copy.configuration]
          == [
            original.startedAt, original.heartbeatAt, original.finishedAt, original.provenance,
            original.configuration,
          ])
    }
  }

  @Test("A run that was sealed is pushed as if it were not, and comes back the same")
  func sealed() throws {
    try made.record(0..<300)
    try made.recorder.end(.finished)
    let file = try made.reading()
    let stores = try [url, PostgreSQLServer.shared().makeDatabase()].map {
      try CentralDatabase(url: $0, for: .push)
    }
    let plain = try stores[0].push(made.run(), from: file)
    let expected = try CentralStoreTests.rows(of: made.run(), in: file)
    _ = try made.database.compact()
    let sealed = try Connection(path: made.path, access: .readWrite).firstRow(
      "SELECT count(*) FROM sealed"
    ) { $0.integer(0) }
    #expect(sealed ?? 0 > 0)
    let compacted = try made.reading()
    #expect(try stores[0].push(made.run(), from: compacted).blockCount == 0)
    #expect(try stores[1].push(made.run(), from: compacted).blockCount == plain.blockCount)
    for store in stores {
      #expect(try CentralStoreTests.rows(of: store.run("made"), in: store) == expected)
      // What is here already is the same.
      #expect(try made.database.pull(store.run("made"), from: store) == .here)
    }
    try made.database.delete([made.run()])
    try made.database.purge(made.database.run("made", inTrash: true))
    #expect(try made.database.pull(stores[1].run("made"), from: stores[1]) == .added)
    #expect(try CentralStoreTests.rows(of: made.run(), in: made.reading()) == expected)
  }

  @Test("It answers each question as the file does")
  func questions() throws {
    try made.record(0..<300)
    try made.recorder.end(.finished)
    let (file, store) = (try made.reading(), try store())
    try store.push(made.run(), from: file)
    let (run, original) = (try store.run("made"), try made.run())
    func same<Value>(_ value: (any RecordReading, Run) throws -> Value) throws {
      #expect(try "\(value(store, run))" == "\(value(file, original))")
    }
    try same { try $0.evaluations(of: $1) }
    try same { try $0.events(of: $1) }
    try same { try $0.gradientShifts(of: $1) }
    try same { try $0.landscapePoints(of: $1) }
    try same { try $0.lastStep(of: $1) }
    try same { try $0.checkpointSteps(of: $1) }
    try same { try $0.checkpoint(of: $1, step: nil) }
    try same { try $0.checkpoint(of: $1, step: 100) }
    try same { try $0.checkpoint(of: $1, step: 101) }
    try same { try $0.vectorBytes(of: $1) }
    for range in [0...299, 3...3, 290...1000, 400...500] {
      try same { store, run in
        var steps: [StepRecord] = []
        try store.forEachStep(of: run, in: range) { steps.append($0) }
        return steps
      }
    }
    for index in MadeRun.sites.indices {
      try same { try $0.sites(of: $1)[index].site }
      func ofSite<Value>(_ value: (any RecordReading, RecordedSite) throws -> Value) throws {
        try same { try value($0, try $0.sites(of: $1)[index]) }
      }
      try ofSite { try $0.steps(at: $1) }
      try ofSite { try $0.steps(at: $1, in: 100...260) }
      try ofSite { try $0.stepCount(at: $1) }
      try ofSite { try $0.stepRange(at: $1) }
      for step in [-1, 0, 127, 128, 150, 299, 5000, Int.max] {
        try ofSite { try $0.lastStep(at: $1, upTo: step) }
      }
      try ofSite { try $0.batchNoise(at: $1) }
      try ofSite { try $0.hasQuantiles(at: $1) }
      try ofSite { try $0.histogramAxis(at: $1) }
      try ofSite { try $0.histogramSteps(at: $1) }
      for step in [0, 7, 127, 128, 50, 299, 300, 5000, -1] {
        try ofSite { try $0.moment(at: $1, step: step, withAffine: true) }
        try ofSite { try $0.moment(at: $1, step: step, withAffine: false) }
        try ofSite { try $0.higherMoments(at: $1, step: step) }
        try ofSite { try $0.quantiles(at: $1, step: step) }
        try ofSite { store, site in
          try store.histogramAxis(at: site).flatMap {
            try store.histograms(at: site, $0, step: step)
          }
        }
      }
      for steps in [0..<300, 10..<20, 100..<280, 128..<256, 400..<500, 5..<5] {
        try ofSite { try $0.pooledMoment(at: $1, steps: steps) }
      }
    }
    for withAffine in [true, false] {
      try same { store, run in
        try store.foldMoments(
          at: store.sites(of: run), withAffine: withAffine, mayDivide: true, into: [String]()
        ) { $0.append("\($1) \(copy $2)") }.flatMap { $0 }.sorted()
      }
    }
  }

  @Test("A run that goes on is pushed while it is recorded, in part or as a whole")
  func growing() throws {
    let store = try store()
    var last = 0
    for steps in [0..<100, 100..<127, 127..<128, 128..<300, 300..<301] {
      try made.record(steps)
      let file = try made.reading()
      if steps.lowerBound == 127 {
        try store.push(made.run(), from: file)
      } else {
        try store.pushNewest(of: made.run(), from: file, first: last)
      }
      last = steps.upperBound
      let run = try store.run("made")
      #expect(run.status == .running && run.stepCount == last)
      #expect(
        try CentralStoreTests.rows(of: run, in: store)
          == CentralStoreTests.rows(of: made.run(), in: file))
    }
    try made.recorder.end(.finished)
    #expect(try store.push(made.run(), from: made.reading()).blockCount == 0)
    #expect(try store.run("made").status == .finished)
  }

  @Test("A pooled block that is complete long after its last step is there when the run ends")
  func lateBlocks() throws {
    let store = try store()
    var last = 0
    for steps in [0..<1_100, 1_100..<1_200] {
      for step in steps {
        made.recorder.record(
          Site(layer: 3, tap: .input, population: .batch, statistics: .none, width: 2), step: step,
          count: 4, mean: [Float(step), 1], variance: [2, 3])
        try made.recorder.endStep(step)
      }
      try made.recorder.flush()
      try store.pushNewest(of: made.run(), from: made.reading(), first: last)
      last = steps.upperBound
    }
    try made.recorder.end(.finished)
    try store.push(made.run(), from: made.reading(), first: last)
    let rows = try CentralStoreTests.rows(of: made.run(), in: made.reading())
    #expect(rows.contains { $0.hasPrefix("rollup") && $0.contains("1024") })
    #expect(try CentralStoreTests.rows(of: store.run("made"), in: store) == rows)
  }

  @Test("What was acknowledged is there, also where a later part cannot be sent")
  func acknowledged() throws {
    try made.record(0..<300)
    let store = try store()
    let server = try PostgreSQLServer.shared()
    try server.sql(
      "ALTER TABLE normscope.quantile ADD CONSTRAINT no_more CHECK (step < 100)", in: url)
    var acknowledged = PushedRun()
    #expect(throws: StoreError.self) {
      try store.push(made.run(), from: made.reading()) { acknowledged = $0 }
    }
    #expect(try store.runs(inTrash: false).isEmpty)
    try server.sql("ALTER TABLE normscope.quantile DROP CONSTRAINT no_more", in: url)
    #expect(acknowledged.blockCount == 15)
    let rest = try store.push(made.run(), from: made.reading())
    #expect(rest.blockCount + acknowledged.blockCount == 15)
    #expect(
      try CentralStoreTests.rows(of: store.run("made"), in: store)
        == CentralStoreTests.rows(of: made.run(), in: made.reading()))
  }

  @Test("A block that cannot be read leaves those before it there, and the connection as it was")
  func unreadable() throws {
    try made.record(0..<1_000)
    let store = try store()
    // Each block is a transaction, sent while the next one is read.
    store.transactionBytes = 1
    let connection = try Connection(path: made.path, access: .readWrite)
    let place = "step = 700 AND site = (SELECT min(id) FROM site)"
    let mean = try connection.rows("SELECT hex(mean) FROM moment WHERE \(place)") { $0.text(0) }[0]
    try connection.execute("UPDATE moment SET mean = x'00' WHERE \(place)")
    var acknowledged: [Int] = []
    #expect(throws: StoreError.self) {
      try store.push(made.run(), from: made.reading()) { acknowledged.append($0.blockCount) }
    }
    #expect(acknowledged.last ?? 0 > 8 && acknowledged == acknowledged.sorted())
    try connection.execute("UPDATE moment SET mean = x'\(mean)' WHERE \(place)")
    let rest = try store.push(made.run(), from: made.reading())
    // Eight blocks of two parts at two sites and one at one; those on their way when reading failed may have come.
    #expect((37...40).contains(rest.blockCount + (acknowledged.last ?? 0)))
    #expect(
      try CentralStoreTests.rows(of: store.run("made"), in: store)
        == CentralStoreTests.rows(of: made.run(), in: made.reading()))
  }

  @Test("A store of tables that are not all there, or of another program, is refused")
  func schema() throws {
    #expect(throws: StoreError.self) { try store(.read) }
    let server = try PostgreSQLServer.shared()
    try server.sql("CREATE SCHEMA normscope; CREATE TABLE normscope.mine ()", in: url)
    #expect(throws: StoreError.self) { try store(.push) }
    #expect(
      try server.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'normscope'", in: url)
        == "1"
    )
    try server.sql("DROP TABLE normscope.mine", in: url)
    // An empty schema, as an administrator may have made it.
    _ = try store(.push)
    _ = try store(.read)
  }
}
