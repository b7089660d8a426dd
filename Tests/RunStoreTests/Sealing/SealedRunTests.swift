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

  static let isSealed = "length(mean) = 0"

  /// Records steps into a database of its own, which is compacted unless its rows are to be plain.
  func recorded(
    _ steps: Range<Int>, atOnce length: Int = 512, seals: Bool = true, compacts: Bool = true
  ) throws -> RunDatabase {
    let path = folder.file("\(length)-\(seals)-\(compacts).db")
    let other = try RunDatabase(path: path, for: .record)
    let recorder = try RunRecorder(database: other, run: NewRun(name: "run"), seals: seals)
    try MadeSeries.record(steps, recorder, atOnce: length)
    try recorder.end(.finished)
    if compacts { _ = try other.compact() }
    return other
  }

  /// The width of each site, the number of its moments that are sealed, and of all.
  func counts(_ database: RunDatabase) throws -> [[Int]] {
    try database.connection.rows(
      "SELECT width, sum(\(Self.isSealed)), count(*) FROM moment JOIN site ON site.id = site GROUP BY 1"
    ) { row in (0..<3).map { row.integer($0) } }
  }

  /// The rows of every table, in which ids count for nothing.
  func rows(_ database: RunDatabase) throws -> StoredRows {
    try StoredRows(of: database.connection)
  }

  @Test(
    "However the steps were written, blocks of enough moments are sealed, once, and nothing is lost"
  )
  func compact() throws {
    let databases =
      try [1, 100, 512].map { try recorded(0..<900, atOnce: $0) }
      + [recorded(0..<900, seals: false)]
    let first = try rows(databases[0])
    for database in databases {
      for _ in 0..<2 {
        try MadeSeries.expect(0..<900, in: database)
        try database.expectSound()
        #expect(try rows(database) == first)
        _ = try database.compact()
      }
    }
    // The site of one unit takes less room as it is.
    #expect(
      try counts(databases[0]) == [
        [1, 0, 900], [16, 299, 300], [20, 896, 900], [24, 1792, 1800],
      ])
    let plain = try recorded(0..<900, seals: false, compacts: false)
    #expect(try plain.integer("SELECT count(*) FROM sealed") == 0)
    let sizes = try [plain, databases[2]].map { database in
      try database.integer(
        "SELECT (SELECT sum(length(mean) + length(variance)) FROM moment WHERE site IN (SELECT id FROM site WHERE width > 1)) + (SELECT total(length(gamma) + length(beta)) FROM affine) + (SELECT total(length(bits)) FROM sealed)"
      ) ?? 0
    }
    #expect(sizes[1] < sizes[0])
  }

  @Test(
    "Blocks are sealed while a run is recorded, as compacting seals them, however the steps are written",
    arguments: [1, 10, 100, 128, 200, 512])
  func recording(length: Int) throws {
    let database = try recorded(0..<900, atOnce: length, compacts: false)
    try MadeSeries.expect(0..<900, in: database)
    try database.expectSound()
    #expect(
      try counts(database) == [[1, 0, 900], [16, 299, 300], [20, 896, 900], [24, 1792, 1800]])
    let compacted = try recorded(0..<900, seals: false)
    #expect(try rows(database) == rows(compacted))
  }

  @Test("A block's last step seals it, and its earlier rows free their pages")
  func pages() throws {
    let site = Site(layer: 1, tap: .input, population: .batch, statistics: .batch, width: 400)
    let sizes = try [true, false].map { seals in
      let other = try RunDatabase(path: folder.file("\(seals).db"), for: .record)
      let recorder = try RunRecorder(database: other, run: NewRun(name: "run"), seals: seals)
      for step in 0..<1024 {
        let vector = (0..<400).map { 1 + 1e-5 * Float((step * 7919 + $0 * 104_729) % 1000) }
        recorder.record(site, step: step, count: 1, mean: vector, variance: vector)
        try recorder.record(SampleRun.step(step))
        if step % 20 == 0 { try recorder.flush() }
      }
      try recorder.flush()
      #expect(
        try other.integer("SELECT sum(\(Self.isSealed)) FROM moment") == (seals ? 1024 : 0))
      try recorder.end(.finished)
      return try #require(try other.integer("PRAGMA page_count"))
    }
    #expect(sizes[0] * 10 < sizes[1] * 8, "\(sizes)")
  }

  @Test("Vectors of which a block would take much memory stay plain", arguments: [16_384, 16_385])
  func wide(width: Int) throws {
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    let site = Site(layer: 1, tap: .input, population: .batch, statistics: .batch, width: width)
    let vector = [Float](repeating: 1, count: width)
    for step in 112..<128 {
      recorder.record(site, step: step, count: 1, mean: vector, variance: vector)
      try recorder.record(SampleRun.step(step))
    }
    try recorder.end(.finished)
    for _ in 0..<2 {
      #expect(
        try database.integer("SELECT sum(\(Self.isSealed)) FROM moment")
          == (width == 16_384 ? 16 : 0))
      _ = try database.compact()
    }
  }

  @Test("Moments of a block may come in any order", arguments: [1, 30, 512])
  func unordered(length: Int) throws {
    let order = [0..<20, 30..<128, 20..<30, 140..<300, 128..<140, 300..<500].flatMap { $0 }
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    recorder.writeOnlyWhenFull()
    for (index, step) in order.enumerated() {
      MadeSeries.record(MadeSeries.input, step: step, recorder)
      try recorder.record(SampleRun.step(step))
      if index % length == length - 1 { try recorder.flush() }
    }
    try recorder.end(.finished)
    try MadeSeries.expect(0..<500, in: database)
    try database.expectSound()
    // The block of steps 256, not that of 128, some of which came after it, and that of 0 where its steps were all stored when the
    // next began.
    #expect(
      try database.integer("SELECT sum(\(Self.isSealed)) FROM moment")
        == (length == 1 ? 256 : 128))
    _ = try database.compact()
    #expect(try database.integer("SELECT sum(\(Self.isSealed)) FROM moment") == 500)
    try MadeSeries.expect(0..<500, in: database)
    try database.expectSound()
  }

  @Test("Runs go on after they were sealed, and are sealed again")
  func mixed() throws {
    for index in 0..<5 {
      let steps = 200 * index..<200 * (index + 1)
      let recorder =
        try index == 0
        ? RunRecorder(database: database, run: NewRun(name: "run"))
        : RunRecorder(
          database: database, resuming: database.run("run"), from: steps.lowerBound)
      try MadeSeries.record(steps, recorder, atOnce: 30)
      try recorder.end(.finished)
      try MadeSeries.expect(0..<steps.upperBound, in: database)
      if index % 2 == 1 { _ = try database.compact() }
      try MadeSeries.expect(0..<steps.upperBound, in: database)
    }
    _ = try database.compact()
    try MadeSeries.expect(0..<1000, in: database)
    try database.expectSound()
    #expect(
      try database.integer("SELECT sum(\(Self.isSealed)) FROM moment WHERE site = 1") == 1000)
  }

  @Test(
    "Resumed at any step, a sealed run is stored as it would be without a break",
    arguments: [0, 1, 127, 128, 129, 200, 256, 300, 383, 384, 400])
  func resume(step: Int) throws {
    let whole = try recorded(0..<600, atOnce: 90)
    let first = try RunRecorder(database: database, run: NewRun(name: "run"))
    try MadeSeries.record(0..<400, first, atOnce: 70)
    try first.interrupt(reason: "Stopped.")
    _ = try database.compact()
    let second = try RunRecorder(
      database: database, resuming: database.run("run"), from: step, configuration: "{}",
      provenance: "{}")
    try MadeSeries.record(step..<600, second, atOnce: 110)
    try second.end(.finished)
    try MadeSeries.expect(0..<600, in: database)
    try database.expectSound()
    _ = try database.compact()
    #expect(try rows(database) == rows(whole))
  }

  @Test(
    "Resumed after its last step, a sealed run keeps what came after that",
    arguments: [382, 383, 384])
  func resumeAfterLast(count: Int) throws {
    let first = try RunRecorder(database: database, run: NewRun(name: "run"))
    try MadeSeries.record(0..<count, first, atOnce: 100)
    MadeSeries.record(MadeSeries.sparse, step: count, first)
    try first.interrupt(reason: "Stopped.")
    _ = try database.compact()
    let second = try RunRecorder(database: database, resuming: database.run("run"))
    try MadeSeries.record(count..<700, second, atOnce: 100)
    try second.end(.finished)
    _ = try database.compact()
    let site = try #require(
      try database.sites(of: database.run("run")).first { $0.site == MadeSeries.sparse })
    #expect(try database.steps(at: site) == (0..<700).filter { $0 % 3 == 0 || $0 == count })
    try database.forEachMoment(at: site, withAffine: false) { moment in
      #expect(
        moment.mean.map(\.bitPattern)
          == MadeSeries.vectors(MadeSeries.sparse, step: moment.step)[0].map(\.bitPattern))
    }
    try database.expectSound()
  }

  @Test("A moment that comes late into a sealed block is one among the others")
  func late() throws {
    let late = [40, 41, 128, 300]
    let first = try RunRecorder(database: database, run: NewRun(name: "run"))
    for step in 0..<500 {
      if !late.contains(step) { MadeSeries.record(MadeSeries.input, step: step, first) }
      try first.record(SampleRun.step(step))
    }
    try first.interrupt(reason: "Stopped.")
    _ = try database.compact()
    let second = try RunRecorder(database: database, resuming: database.run("run"))
    for step in 500..<700 {
      for step in step == 550 ? [step] + late : [step] {
        MadeSeries.record(MadeSeries.input, step: step, second)
      }
      try second.record(SampleRun.step(step))
    }
    try second.end(.finished)
    try MadeSeries.expect(0..<700, in: database)
    try database.expectSound()
    // The blocks of steps 384 and 512, not those of 0, 128 and 256, in which a moment came late, nor that of 640.
    #expect(try database.integer("SELECT sum(\(Self.isSealed)) FROM moment") == 256)
    _ = try database.compact()
    #expect(try database.integer("SELECT sum(\(Self.isSealed)) FROM moment") == 700)
    try MadeSeries.expect(0..<700, in: database)
    try database.expectSound()
  }

  @Test("A resumed run may record a moment of an earlier step, whose block is sealed")
  func lateAfterResumption() throws {
    let first = try RunRecorder(database: database, run: NewRun(name: "run"))
    for step in 0...128 {
      if step != 127 { MadeSeries.record(MadeSeries.input, step: step, first) }
      try first.record(SampleRun.step(step))
    }
    try first.interrupt(reason: "Stopped.")
    #expect(try database.integer("SELECT sum(\(Self.isSealed)) FROM moment") == 127)
    let second = try RunRecorder(
      database: database, resuming: database.run("run"), from: 128)
    for step in [127, 128] { MadeSeries.record(MadeSeries.input, step: step, second) }
    try second.record(SampleRun.step(128))
    try second.end(.finished)
    try MadeSeries.expect(0...128, in: database)
    try database.expectSound()
  }

  @Test("A block with a number that cannot be stays plain, and its other moments can be read")
  func impossibleNumber() throws {
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    let site = Site(layer: 1, tap: .input, population: .batch, statistics: .batch, width: 20)
    let vector = [Float](repeating: 1, count: 20)
    for step in 0..<256 {
      recorder.record(
        site, step: step, count: 1, nonFiniteCount: step == 100 ? 1 << 41 : 0, mean: vector,
        variance: vector)
      try recorder.record(SampleRun.step(step))
    }
    try recorder.end(.finished)
    #expect(try database.integer("SELECT min(step) FROM moment WHERE \(Self.isSealed)") == 128)
    let recorded = try #require(try database.sites(of: database.run("run")).first)
    for step in [99, 101, 200] {
      #expect(try database.moment(at: recorded, step: step, withAffine: false)?.mean == vector)
    }
  }

  @Test("Whatever a recording does, each moment is there once, with its bits", arguments: 0..<12)
  func anything(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    func isOne(in chances: Int) -> Bool { Int.random(in: 0..<chances, using: &random) == 0 }
    var recorder = try RunRecorder(
      database: database, run: NewRun(name: "run"), seals: !isOne(in: 5))
    recorder.writeOnlyWhenFull()
    /// The steps whose moments are recorded, and those whose moments are still to come.
    var (recorded, delayed): (Set<Int>, Set<Int>) = ([], [])
    var step = 0
    while step < 700 {
      if isOne(in: 150) {
        try isOne(in: 2) ? recorder.interrupt(reason: "Stopped.") : recorder.end(.finished)
        try MadeSeries.expect(recorded.sorted(), in: database)
        if isOne(in: 3) { _ = try database.compact() }
        let from: Int? = isOne(in: 2) ? nil : Int.random(in: 0..<step + 1, using: &random)
        if let from {
          step = from
          recorded = recorded.filter { $0 < from }
          delayed = delayed.filter { $0 < from }
        }
        recorder = try RunRecorder(
          database: database, resuming: database.run("run"), from: from, seals: !isOne(in: 5))
        recorder.writeOnlyWhenFull()
      }
      var added = isOne(in: 20) ? [] : [step]
      if added.isEmpty { delayed.insert(step) }
      for late in delayed.sorted() where isOne(in: 60) {
        delayed.remove(late)
        added.insert(late, at: Int.random(in: 0..<added.count + 1, using: &random))
      }
      for step in added {
        recorded.insert(step)
        for site in MadeSeries.sites where MadeSeries.has(step, site) {
          MadeSeries.record(site, step: step, recorder)
        }
      }
      try recorder.record(SampleRun.step(step))
      if isOne(in: 1 + 60 * (seed % 4)) { try recorder.flush() }
      step += 1
    }
    try recorder.end(.finished)
    for _ in 0..<2 {
      try MadeSeries.expect(recorded.sorted(), in: database)
      try database.expectSound()
      _ = try database.compact()
    }
  }

  @Test("Thinning, merging, copying and purging treat sealed moments as all others")
  func maintenance() throws {
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    try MadeSeries.record(0..<900, recorder)
    try recorder.end(.finished)
    _ = try database.compact()
    let plain = try recorded(0..<900, seals: false, compacts: false)
    for isDryRun in [true, false] {
      let thinnings = try [plain, database].map {
        try $0.thin($0.run("run"), keepingEvery: 9, before: 400, isDryRun: isDryRun)
      }
      #expect(thinnings[0] == thinnings[1] && thinnings[0].byteCount > 0)
    }
    let kept = (0..<900).filter { $0 % 9 == 0 || $0 >= 384 }
    try MadeSeries.expect(kept, in: database)
    try database.expectSound()
    try database.backUp(to: folder.file("copy.db"))
    try MadeSeries.expect(kept, in: RunDatabase(path: folder.file("copy.db"), for: .read))
    let other = try RunDatabase(path: folder.file("other.db"), for: .record)
    _ = try other.recorded(NewRun(name: "first")) { try MadeSeries.record(0..<300, $0) }
    _ = try other.compact()
    try other.merge(database) { #expect($0.outcome == .added) }
    try MadeSeries.expect(kept, in: other)
    try other.expectSound()
    let resumed = try RunRecorder(database: other, resuming: other.run("run"), from: 390)
    try MadeSeries.record(390..<950, resumed, atOnce: 100)
    try resumed.end(.finished)
    try MadeSeries.expect(kept.filter { $0 < 390 } + (390..<950), in: other)
    _ = try other.compact()
    try MadeSeries.expect(kept.filter { $0 < 390 } + (390..<950), in: other)
    try other.expectSound()
    try other.delete([other.run("run")])
    try other.purge(other.run("run", inTrash: true))
    #expect(
      try other.integer("SELECT count(*) FROM sealed WHERE site NOT IN (SELECT id FROM site)") == 0)
    #expect(try other.integer("SELECT count(*) FROM sealed") ?? 0 > 0)
    try other.expectIntegrity()
  }

  /// The bits of a moment.
  struct Bits: Equatable, Sendable {
    let step: Int
    let count: Int
    let vectors: [[UInt32]]

    init(_ moment: borrowing Moment) {
      step = moment.step
      count = moment.count
      vectors = [moment.mean, moment.variance, moment.gamma, moment.beta].map {
        $0.map(\.bitPattern)
      }
    }
  }

  @Test("Every way of reading finds the same in a sealed, a partly sealed and a plain run")
  func ways() throws {
    let plain = try recorded(0..<900, seals: false, compacts: false)
    let sealed = try recorded(0..<900)
    try plain.backUp(to: folder.file("partly.db"))
    let databases = try [plain, sealed, RunDatabase(path: folder.file("partly.db"), for: .record)]
    let sites = try databases.map { try $0.sites(of: $0.run("run")) }
    try databases[2].write {
      for (index, start) in [128, 512, 640].enumerated() {
        try databases[2].connection.seal(from: start, at: SealedSite(sites[2][index % 2]))
      }
    }
    for index in sites[0].indices {
      for withAffine in [false, true] {
        let all = try databases.enumerated().map { place, database in
          var moments: [Bits] = []
          try database.forEachMoment(at: sites[place][index], withAffine: withAffine) {
            moments.append(Bits($0))
          }
          return moments
        }
        #expect(!all[0].isEmpty && all[0] == all[1] && all[0] == all[2])
        for steps in [
          0..<1, 100..<300, 127..<129, 128..<256, 130..<131, 500..<900, 895..<2000, 5..<5,
        ] {
          let parts = try databases.enumerated().map { place, database in
            var moments: [Bits] = []
            try database.forEachMoment(at: sites[place][index], steps: steps) {
              moments.append(Bits($0))
            }
            return moments
          }
          #expect(parts[0] == parts[1] && parts[0] == parts[2])
          #expect(withAffine || parts[0] == all[0].filter { steps.contains($0.step) })
        }
        for step in [0, 1, 127, 128, 300, 894, 896, 899, 900] {
          let single = try databases.enumerated().map { place, database in
            try database.moment(at: sites[place][index], step: step, withAffine: withAffine).map {
              Bits($0)
            }
          }
          #expect(single[0] == single[1] && single[0] == single[2])
          #expect(single[0] == all[0].first { $0.step == step })
        }
      }
    }
    for mayDivide in [false, true] {
      let folds = try databases.enumerated().map { place, database in
        let file = try DatabaseFile(
          path: database.path, durability: .process, vfs: nil, numbersPerReader: 24 * 100)
        let parts = try RunDatabase(file, for: .read).foldMoments(
          at: sites[place], withAffine: true, mayDivide: mayDivide,
          into: [[Bits]](repeating: [], count: MadeSeries.sites.count)
        ) { $0[$1].append(Bits($2)) }
        #expect(mayDivide || parts.count == 1)
        return MadeSeries.sites.indices.map { site in parts.flatMap { $0[site] } }
      }
      #expect(folds[0] == folds[1] && folds[0] == folds[2])
    }
    let tables = try databases.map { database in
      var rows: [[Cell]] = []
      let moments = try #require(try database.recordedTables().first { $0.name == "moment" })
      try moments.forEachRow(database.run("run")) { rows.append($1) }
      #expect(try !database.recordedTables().contains { $0.name == "sealed" })
      return rows
    }
    #expect(!tables[0].isEmpty)
    #expect(tables.allSatisfy { "\($0)" == "\(tables[0])" })
  }

  @Test("SQL finds every vector, also where few blocks stay unsealed", arguments: [0, 1 << 26])
  func freeQuery(mostNumbers: Int) throws {
    let database = try recorded(0..<300)
    let vectors = UnsealedVectors(database.connection, keeping: mostNumbers)
    for site in try database.sites(of: database.run("run")) where site.site.width > 1 {
      for (step, other) in [(0, 299), (129, 3), (130, 255)] {
        for step in [step, other] where MadeSeries.has(step, site.site) && step < 256 {
          for vector in MomentVector.all(withAffine: site.site.epsilon != nil) {
            let found = try vectors.read(vector, site: site.id, step: step)
            let expected = MadeSeries.vectors(site.site, step: step)[vector.rawValue - 1]
            #expect(found?.map(\.bitPattern) == expected.map(\.bitPattern))
          }
        }
      }
    }
    #expect(try vectors.read(.mean, site: 99, step: 0) == nil)
    for step in [-1, .min, .max, 1 << 40] {
      #expect(throws: SQLiteError.self) { try vectors.read(.mean, site: 1, step: step) }
    }
    #expect(throws: SQLiteError.self) { try vectors.read(.gamma, site: 3, step: 0) }
  }

  @Test("A run that another process works on is not sealed")
  func locked() throws {
    let plain = try recorded(0..<200, seals: false, compacts: false)
    let run = try plain.run("run")
    let lock = try RecorderLock(run: run.id, shortID: run.shortID, for: .changing, of: plain.file)
    let error = try storeError { _ = try plain.compact() }
    #expect(error.kind == .busy && error.description.contains("Another process works on run"))
    #expect(try plain.integer("SELECT count(*) FROM sealed") == 0)
    lock?.release()
    for _ in 0..<2 { _ = try plain.compact() }
    #expect(try plain.integer("SELECT count(*) FROM sealed") ?? 0 > 0)
    let resumed = try RunRecorder(database: plain, resuming: run)
    try resumed.end(.finished)
  }

  @Test("A block with a damaged row stays as it is")
  func damagedRow() throws {
    let plain = try recorded(0..<400, seals: false, compacts: false)
    try plain.connection.run("UPDATE moment SET mean = x'0102' WHERE site = 1 AND step = 70")
    for _ in 0..<2 {
      _ = try plain.compact()
      #expect(try plain.integer("SELECT count(*) FROM moment WHERE site = 1") == 400)
      #expect(
        try plain.integer("SELECT min(step) FROM moment WHERE site = 1 AND \(Self.isSealed)")
          == 128)
      #expect(try plain.integer("SELECT count(*) FROM affine WHERE length(gamma) = 96") == 128)
    }
  }
}
