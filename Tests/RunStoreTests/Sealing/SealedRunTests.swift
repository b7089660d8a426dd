import RunModel
@testable import RunStore
import SQLite
import TestSupport
import Testing

@Suite("Sealed runs")
struct SealedRunTests {
  let folder: TemporaryFolder
  let database: RunDatabase

  init() throws {
    folder = try TemporaryFolder()
    database = try RunDatabase(path: folder.file("runs.db"), for: .record)
  }

  static let isSealed = "length(mean) % 4 = 1"

  /// Records steps into a database of its own.
  func recorded(_ steps: Range<Int>, atOnce length: Int, seals: Bool = true) throws -> RunDatabase {
    let other = try RunDatabase(path: folder.file("\(length)-\(seals).db"), for: .record)
    let recorder = try RunRecorder(database: other, run: NewRun(name: "run"), seals: seals)
    try MadeSeries.record(steps, recorder, atOnce: length)
    try recorder.end(.finished)
    return other
  }

  func expectSound(_ database: RunDatabase) throws {
    try database.expectIntegrity()
    try database.check {
      if $0.severity == .fault { Issue.record("\($0)") }
    }
  }

  @Test("However many steps are written together, complete blocks are sealed, and the rest is not")
  func flushes() throws {
    let lengths = [1, 7, 50, 100, 128, 200, 384, 512, 1000]
    let databases = try lengths.map { try recorded(0..<900, atOnce: $0) }
    let first = try StoredRows(of: databases[0].connection)
    for database in databases {
      try MadeSeries.expect(0..<900, in: database)
      try expectSound(database)
      #expect(try StoredRows(of: database.connection) == first)
    }
    let counts = try databases[0].connection.rows(
      "SELECT width, sum(\(Self.isSealed)), count(*) FROM moment JOIN site ON site.id = site GROUP BY 1"
    ) { row in (0..<3).map { row.integer($0) } }
    // A vector of one number does not become shorter.
    #expect(counts == [[1, 0, 900], [9, 896, 900], [16, 256, 300], [24, 896, 900]])
    #expect(first["frame"].count == 7 + 7 + 2)
  }

  @Test("Where no blocks are to be sealed, none are; compacting seals them as recording does")
  func compact() throws {
    let plain = try recorded(0..<900, atOnce: 100, seals: false)
    #expect(try plain.integer("SELECT count(*) FROM frame") == 0)
    #expect(try plain.integer("SELECT sum(\(Self.isSealed)) FROM moment") == 0)
    try MadeSeries.expect(0..<900, in: plain)
    let sealed = try recorded(0..<900, atOnce: 200)
    for _ in 0..<2 {
      _ = try plain.compact()
      try MadeSeries.expect(0..<900, in: plain)
      #expect(try StoredRows(of: plain.connection) == StoredRows(of: sealed.connection))
    }
    try expectSound(plain)
  }

  @Test("Compacting seals what was recorded before and after sealed blocks")
  func mixed() throws {
    for (index, seals) in [false, true, false, true, false].enumerated() {
      let steps = 200 * index..<200 * (index + 1)
      let recorder =
        try index == 0
        ? RunRecorder(database: database, run: NewRun(name: "run"), seals: seals)
        : RunRecorder(
          database: database, resuming: database.run("run"), from: steps.lowerBound, seals: seals)
      try MadeSeries.record(steps, recorder, atOnce: 30)
      try recorder.end(.finished)
      try MadeSeries.expect(0..<steps.upperBound, in: database)
    }
    _ = try database.compact()
    try MadeSeries.expect(0..<1000, in: database)
    try expectSound(database)
    #expect(
      try database.integer("SELECT sum(\(Self.isSealed)) FROM moment WHERE site = 1") ?? 0 > 700)
  }

  @Test(
    "Resumed at any step, a run is stored as it would be without a break",
    arguments: [0, 1, 127, 128, 129, 200, 256, 300, 383, 384, 400])
  func resume(step: Int) throws {
    let whole = try recorded(0..<600, atOnce: 90)
    let first = try RunRecorder(database: database, run: NewRun(name: "run"))
    try MadeSeries.record(0..<400, first, atOnce: 70)
    try first.interrupt(reason: "Stopped.")
    let second = try RunRecorder(
      database: database, resuming: database.run("run"), from: step, configuration: "{}",
      provenance: "{}")
    try MadeSeries.record(step..<600, second, atOnce: 110)
    try second.end(.finished)
    try MadeSeries.expect(0..<600, in: database)
    try expectSound(database)
    #expect(try StoredRows(of: database.connection) == StoredRows(of: whole.connection))
  }

  @Test(
    "Resumed after its last step, a run keeps what came after that, sealed or not",
    arguments: [382, 383, 384])
  func resumeAfterLast(count: Int) throws {
    let first = try RunRecorder(database: database, run: NewRun(name: "run"))
    try MadeSeries.record(0..<count, first, atOnce: 100)
    let vectors = MadeSeries.vectors(MadeSeries.sparse, step: count)
    first.record(
      MadeSeries.sparse, step: count, count: 8 + count, nonFiniteCount: count % 50 == 49 ? 4 : 0,
      mean: vectors[0], variance: vectors[1], affine: nil, higherMoments: (vectors[4], vectors[5]))
    try first.interrupt(reason: "Stopped.")
    let second = try RunRecorder(database: database, resuming: database.run("run"))
    try MadeSeries.record(count..<700, second, atOnce: 100)
    try second.end(.finished)
    let site = try #require(
      try database.sites(of: database.run("run")).first { $0.site == MadeSeries.sparse })
    #expect(try database.steps(at: site) == (0..<700).filter { $0 % 3 == 0 || $0 == count })
    try database.forEachMoment(at: site, withAffine: false) { moment in
      #expect(
        moment.mean.map(\.bitPattern)
          == MadeSeries.vectors(MadeSeries.sparse, step: moment.step)[0].map(\.bitPattern))
    }
    try expectSound(database)
  }

  @Test("Moments that come late stay as they are, before, in and after a sealed block")
  func late() throws {
    let late = [40, 41, 128, 300]
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    recorder.writeOnlyWhenFull()
    func record(_ step: Int) {
      let vectors = MadeSeries.vectors(MadeSeries.input, step: step)
      recorder.record(
        MadeSeries.input, step: step, count: 8 + step, nonFiniteCount: 4, mean: vectors[0],
        variance: vectors[1], affine: nil, higherMoments: (vectors[4], vectors[5]))
    }
    for step in 0..<700 {
      if !late.contains(step) { record(step) }
      if step == 200 { record(40) }
      if step == 500 { for step in late.dropFirst() { record(step) } }
      try recorder.record(SampleRun.step(step))
      if step % 60 == 0 { try recorder.flush() }
    }
    try recorder.end(.finished)
    try MadeSeries.expect(0..<700, in: database)
    #expect(try database.integer("SELECT sum(\(Self.isSealed)) FROM moment") ?? 0 >= 512)
    _ = try database.compact()
    try MadeSeries.expect(0..<700, in: database)
    try expectSound(database)
  }

  @Test("Thinning, merging, copying and purging treat sealed moments as all others")
  func maintenance() throws {
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    try MadeSeries.record(0..<900, recorder)
    try recorder.end(.finished)
    _ = try database.thin(database.run("run"), keepingEvery: 9, before: 400)
    let kept = (0..<900).filter { $0 % 9 == 0 || $0 >= 384 }
    try MadeSeries.expect(kept, in: database)
    try database.backUp(to: folder.file("copy.db"))
    try MadeSeries.expect(kept, in: RunDatabase(path: folder.file("copy.db"), for: .read))
    let other = try RunDatabase(path: folder.file("other.db"), for: .record)
    _ = try other.recorded(NewRun(name: "first")) { try MadeSeries.record(0..<300, $0) }
    try other.merge(database) { #expect($0.outcome == .added) }
    try MadeSeries.expect(kept, in: other)
    try expectSound(other)
    let resumed = try RunRecorder(database: other, resuming: other.run("run"), from: 390)
    try MadeSeries.record(390..<950, resumed, atOnce: 100)
    try resumed.end(.finished)
    try MadeSeries.expect(kept.filter { $0 < 390 } + (390..<950), in: other)
    _ = try other.compact()
    try MadeSeries.expect(kept.filter { $0 < 390 } + (390..<950), in: other)
    try expectSound(other)
    try other.delete([other.run("run")])
    try other.purge(other.run("run", inTrash: true))
    #expect(
      try other.integer("SELECT count(*) FROM frame WHERE site NOT IN (SELECT id FROM site)") == 0)
    try other.expectIntegrity()
  }

  @Test("A reader sees each step once while blocks are sealed")
  func live() throws {
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    let reader = try RunDatabase(path: database.path, for: .read)
    for start in stride(from: 0, to: 800, by: 40) {
      try MadeSeries.record(start..<start + 40, recorder, atOnce: 40)
      try MadeSeries.expect(0..<start + 40, in: reader)
    }
    try recorder.end(.finished)
  }

  @Test("A block that is damaged on the way is left as it is, and recording goes on")
  func damagedTail() throws {
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    try MadeSeries.record(0..<100, recorder, atOnce: 50)
    let other = try Connection(path: database.path, access: .readWrite)
    try other.run("UPDATE moment SET mean = x'0102' WHERE site = 1 AND step = 70")
    try MadeSeries.record(100..<400, recorder, atOnce: 50)
    try recorder.end(.finished)
    #expect(try database.integer("SELECT count(*) FROM moment WHERE site = 1") == 400)
    #expect(
      try database.integer("SELECT min(step) FROM moment WHERE site = 1 AND \(Self.isSealed)")
        == 128)
    try other.run("UPDATE moment SET mean = zeroblob(3) WHERE site = 1 AND step = 70")
    _ = try database.compact()
    #expect(
      try database.integer("SELECT min(step) FROM moment WHERE site = 1 AND \(Self.isSealed)")
        == 128)
  }
}
