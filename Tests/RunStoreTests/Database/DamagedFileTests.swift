import RunModel
import RunStore
import SQLite
import TestSupport
import Testing

@Suite("Damaged files")
struct DamagedFileTests {
  let folder: TemporaryFolder
  /// A good database.
  let bytes: [UInt8]

  init() throws {
    folder = try TemporaryFolder()
    try makeSampleDatabase(at: folder.file("good.db"), steps: 150)
    bytes = try folder.bytes("good.db")
  }

  /// Opens a file and reads all that is in it.
  func read(_ path: String) throws {
    let database = try RunDatabase(path: path, for: .read)
    for run in try database.runs() {
      _ = try database.run(run.uuid)
      try database.forEachStep(of: run) { _ in }
      _ = try database.lastStep(of: run)
      _ = try database.evaluations(of: run)
      for step in try database.checkpointSteps(of: run).prefix(50) {
        _ = try database.checkpoint(of: run, step: step)
      }
      for site in try database.sites(of: run) {
        for step in try database.steps(at: site).prefix(50) {
          _ = try database.moment(at: site, step: step, withAffine: true)
        }
        try database.forEachMoment(at: site, withAffine: true) { _ in }
        try database.forEachMoment(at: site, withAffine: false) { _ in }
        if let steps = try database.stepRange(at: site) {
          _ = try database.pooledMoment(at: site, steps: 0..<steps.upperBound)
        }
      }
      _ = try database.foldMoments(
        at: database.sites(of: run), withAffine: true, mayDivide: false, into: 0
      ) { _, _, _ in }
    }
  }

  /// Opens a file to record into it, without waiting for the machine's disk.
  func use(_ path: String, _ body: (RunDatabase) throws -> Void) throws {
    let disk = try FaultyDisk()
    try withExtendedLifetime(disk) {
      try body(RunDatabase(path: path, for: .record, durability: .process, vfs: disk.name))
    }
  }

  /// Opens a file and records another run into it.
  func record(_ path: String) throws {
    try use(path) { database in
      let recorder = try RunRecorder(database: database, run: NewRun(name: "more"))
      for step in 0..<4 { try recorder.recordSample(step) }
      try recorder.end(.finished)
    }
  }

  /// Opens a file and goes on with its first run.
  func resume(_ path: String) throws {
    try use(path) { database in
      guard let run = try database.runs().first,
        let step = try database.checkpointSteps(of: run).first
      else { return }
      let recorder = try SampleTraining.resume(run, from: step, in: database)
      try recorder.recordSample(min(step, 1000))
      try recorder.end(.finished)
    }
  }

  /// Uses a file of `bytes`.
  ///
  /// - Returns: the kind of the error that came of it, nil where there was none; it has to be one of the store.
  func outcome(_ bytes: [UInt8], _ use: (String) throws -> Void) throws -> StoreError.Kind? {
    let own = try TemporaryFolder()
    let path = try own.write(bytes, to: "damaged.db")
    do {
      try use(path)
      return nil
    } catch let error as StoreError {
      #expect(error.description.contains(path))
      return error.kind
    }
  }

  @Test("A file that was cut off anywhere is read as far as it goes, or refused")
  func truncated() throws {
    var generator = SplitMix64(seed: 1)
    var kinds: [StoreError.Kind?] = []
    for start in stride(from: 0, to: bytes.count, by: 4096) {
      // At the boundary or somewhere after it.
      let length = start + Int.random(in: 0..<4096, using: &generator) * (start / 4096 % 2)
      kinds.append(try outcome(Array(bytes.prefix(length)), read))
    }
    #expect(kinds.contains(.badDatabase))
    #expect(Set(kinds).isSubset(of: [nil, .badDatabase]))
  }

  /// The places where a wrong byte tells most: the heads of the pages, and the rows outside the schema's text.
  func tellingPlaces() -> [Int] {
    let pageSize = 65_536
    return stride(from: 0, to: bytes.count, by: pageSize).flatMap { start in
      let page = bytes[start..<start + pageSize]
      let isSchema = page.contains(Array("CREATE TABLE".utf8))
      return page.indices.filter { $0 < start + 120 || (!isSchema && page[$0] != 0) }
    }
  }

  @Test("A file with a wrong byte is read or refused, and so when another run is recorded into it")
  func wrongByte() throws {
    var generator = SplitMix64(seed: 2)
    let telling = tellingPlaces()
    var kinds: [StoreError.Kind?] = []
    for number in 0..<200 {
      var bytes = bytes
      let place =
        number % 4 == 0
        ? Int.random(in: bytes.indices, using: &generator)
        : telling.randomElement(using: &generator) ?? 0
      bytes[place] ^= UInt8.random(in: 1...255, using: &generator)
      kinds.append(try outcome(bytes, read))
      if number % 8 == 0 { _ = try outcome(bytes, record) }
    }
    // The file's own words may have become other ones, but it was used by the rules and nobody else was there.
    #expect(Set(kinds).isDisjoint(with: [.misuse, .busy, .missingDatabase]))
    #expect(kinds.contains(nil) && kinds.contains(.badDatabase))
  }

  @Test(
    "A file with stretches of random bytes is read or refused, and so when a run is recorded into it"
  )
  func randomStretches() throws {
    var kinds: [StoreError.Kind?] = []
    for seed in 0..<300 {
      var generator = SplitMix64(seed: UInt64(1000 + seed))
      var bytes = bytes
      for _ in 0...Int.random(in: 0..<3, using: &generator) {
        let start = Int.random(in: bytes.indices, using: &generator)
        let end = min(start + (1 << Int.random(in: 0...16, using: &generator)), bytes.count)
        for place in start..<end { bytes[place] = UInt8.random(in: 0...255, using: &generator) }
      }
      kinds.append(try outcome(bytes, read))
      if seed % 8 == 0 { _ = try outcome(bytes, record) }
    }
    #expect(Set(kinds).isDisjoint(with: [.misuse, .busy, .missingDatabase]))
    #expect(kinds.contains(nil) && kinds.contains(.badDatabase))
  }

  /// Changes a good file against the rules of its schema, and opens it.
  func altered(_ script: String) throws -> RunDatabase {
    let path = folder.file("good.db")
    try Connection(path: path, access: .readWrite).execute(
      "PRAGMA ignore_check_constraints = ON;" + script)
    return try RunDatabase(path: path, for: .read)
  }

  @Test(
    "A tensor without features, or with more than any file can hold, is damage",
    arguments: [0, -1, .min, 500_000, 250_000_001, 1 << 40, .max])
  func widths(width: Int) throws {
    let database = try altered("UPDATE site SET width = \(width) WHERE tap = 'input'")
    let error = try storeError { _ = try database.sites(of: database.run("sample")) }
    #expect(error.kind == .badDatabase)
    #expect(error.description.contains("\(database.path) holds a tensor of \(width) features;"))
  }

  /// Every column with a number that something could be reckoned with.
  static let numbers = [
    "moment SET step", "moment SET count", "moment SET non_finite_count", "moment SET id",
    "rollup SET block", "rollup SET block_steps", "rollup SET step_count", "rollup SET count",
    "rollup SET non_finite_count", "site SET id", "site SET layer", "step SET step",
    "step SET batch_size", "checkpoint SET step", "evaluation SET step", "evaluation SET count",
    "run SET step_count", "run SET dropped_steps", "run SET process_id", "run SET process_start",
  ]

  @Test(
    "A number that nobody recorded is read or refused, and so when the run is resumed",
    arguments: [.min, -1, 1 << 41, 1 << 62, .max])
  func absurdNumbers(number: Int) throws {
    let disk = try FaultyDisk()
    for assignment in Self.numbers {
      let table = assignment.prefix { $0 != " " }
      let row = ["step", "evaluation"].contains(table) ? "step" : "rowid"
      let path = try folder.write(bytes, to: "absurd.db")
      try Connection(path: path, access: .readWrite, vfs: disk.name).execute(
        """
        PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF;
        UPDATE \(assignment) = \(number) WHERE \(row) = (SELECT max(\(row)) FROM \(table))
        """)
      let damaged = try folder.bytes("absurd.db")
      for use in [read, record, resume] {
        #expect([nil, .badDatabase, .misuse].contains(try outcome(damaged, use)))
      }
    }
    disk.heal()
  }

  @Test(
    "An unknown word is damage, and is named",
    arguments: ["site SET tap", "site SET population", "site SET statistics"])
  func siteWords(assignment: String) throws {
    let database = try altered("UPDATE \(assignment) = 'strange' WHERE width = 2")
    let error = try storeError { _ = try database.sites(of: database.run("sample")) }
    #expect(error.kind == .badDatabase)
    #expect(error.description.contains("\(database.path) holds an unknown word, \"strange\";"))
  }

  @Test(
    "So is one of an evaluation",
    arguments: [("split", "no word"), ("statistics", "strange")])
  func evaluationWords(column: String, word: String) throws {
    let database = try altered("UPDATE evaluation SET \(column) = '\(word)'")
    let error = try storeError { _ = try database.evaluations(of: database.run("sample")) }
    #expect(error.kind == .badDatabase)
    #expect(error.description.contains("unknown word, \"\(word)\";"))
  }

  @Test(
    "A vector of another width than its site's is damage, and the others can be read",
    arguments: [
      "UPDATE moment SET mean = zeroblob(4) WHERE",
      "UPDATE moment SET mean = zeroblob(1) WHERE",
      "UPDATE moment SET variance = zeroblob(16) WHERE",
      "UPDATE moment SET variance = zeroblob(40000000) WHERE",
      "UPDATE affine SET beta = X'' WHERE moment IN (SELECT id FROM moment WHERE",
    ])
  func vectorWidths(change: String) throws {
    let database = try altered(change + " step = 7" + (change.contains("(SELECT") ? ")" : ""))
    let sites = try database.sites(of: database.run("sample"))
    let site = try #require(sites.last)
    #expect(site.site == SampleRun.preactivation)
    let error = try storeError {
      _ = try database.moment(at: site, step: 7, withAffine: true)
    }
    #expect(error.kind == .badDatabase)
    #expect(error.description.contains("instead of 3 float32 numbers"))
    var seen = 0
    _ = try storeError {
      try database.forEachMoment(at: site, withAffine: true) { _ in seen += 1 }
    }
    #expect(seen == 7)
    #expect(try database.moment(at: site, step: 8, withAffine: true)?.step == 8)
  }

  @Test("Missing gamma and beta are reported with their place, and are no damage")
  func missingAffine() throws {
    let database = try altered(
      "DELETE FROM affine WHERE moment IN (SELECT id FROM moment WHERE step = 7)")
    let run = try database.run("sample")
    let site = try #require(try database.sites(of: run).last)
    for way in 0..<3 {
      let error = try storeError {
        switch way {
        case 0: _ = try database.moment(at: site, step: 7, withAffine: true)
        case 1: try database.forEachMoment(at: site, withAffine: true) { _ in }
        default:
          _ = try database.foldMoments(
            at: [site], withAffine: true, mayDivide: false, into: 0
          ) { _, _, _ in }
        }
      }
      #expect(error.kind == .badDatabase)
      #expect(
        error.description.hasPrefix(
          "The table affine of \(database.path) has no gamma and beta of step 7 for run \(run.shortID), layer 1 (preactivation, population batch, statistics batch)"
        ), "\(error)")
    }
    #expect(try database.moment(at: site, step: 7, withAffine: false)?.step == 7)
  }

  @Test("An unknown status is a failure")
  func status() throws {
    #expect(try altered("UPDATE run SET status = 'strange'").run("sample").status == .failed)
  }
}

@Suite("Identifiers of runs")
struct DamagedIdentifierTests {
  @Test(
    "An id that is no UUID is damage, for every question about the run",
    arguments: ["", "x", "0123", "\u{1B}[2J", "00000000-0000-0000-0000-00000000000g", "; rm -rf /"])
  func notUUID(identifier: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("runs.db")
    try makeSampleDatabase(at: path, steps: 3)
    try Connection(path: path, access: .readWrite).run(
      "UPDATE run SET uuid = ?", [.text(identifier)])
    let database = try RunDatabase(path: path, for: .read)
    for ask in [
      { _ = try database.runs() }, { _ = try database.run("sample") },
      { _ = try database.run("latest") },
    ] {
      let error = try storeError { try ask() }
      #expect(error.kind == .badDatabase && error.description.contains("UUID"))
    }
  }
}
