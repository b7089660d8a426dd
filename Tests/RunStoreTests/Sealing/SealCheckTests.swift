import RunModel
@testable import RunStore
import SQLite
import TestSupport
import Testing

@Suite("Checking sealed vectors")
struct SealCheckTests {
  let folder: TemporaryFolder
  let database: RunDatabase

  init() throws {
    folder = try TemporaryFolder()
    database = try RunDatabase(path: folder.file("runs.db"), for: .record)
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    try MadeSeries.record(0..<300, recorder)
    try recorder.end(.finished)
  }

  func findings(isQuick: Bool = false) throws -> [CheckFinding] {
    var findings: [CheckFinding] = []
    try database.check(isQuick: isQuick) { if $0.severity == .fault { findings.append($0) } }
    return findings
  }

  @Test(
    "Each kind of damage is a fault with its place, and reading names it",
    arguments: [
      (
        "UPDATE frame SET gamma = CAST(x'02' || substr(gamma, 2) AS BLOB) WHERE site = 1 AND step = 128",
        128...255, "the frame of the gamma from step 128 has a wrong checksum"
      ),
      (
        "UPDATE moment SET variance = CAST(variance || x'00000000' AS BLOB) WHERE site = 1 AND step = 7",
        7...7, "the sealed variance is"
      ),
      (
        "UPDATE moment SET mean = CAST(x'ff00ff' || substr(mean, 4) AS BLOB) WHERE site = 1 AND step = 7",
        7...7, "the sealed mean has a wrong checksum"
      ),
      (
        "UPDATE affine SET beta = CAST(x'ff00ff' || substr(beta, 4) AS BLOB) WHERE moment = (SELECT id FROM moment WHERE site = 1 AND step = 7)",
        7...7, "the sealed beta has a wrong checksum"
      ),
    ])
  func damage(sql: String, steps: ClosedRange<Int>, sentence: String) throws {
    #expect(try findings().isEmpty)
    try database.connection.run(sql)
    let findings = try findings().filter { $0.rule == "sealed" }
    #expect(findings.first?.steps == steps && findings.first?.message.contains(sentence) == true)
    let isSeenByReading = !sentence.hasSuffix("wrong checksum") || sentence.contains("frame")
    let site = try #require(try database.sites(of: database.run("run")).first { $0.id == 1 })
    let outcome = Result { try database.forEachMoment(at: site, withAffine: true) { _ in } }
    if isSeenByReading {
      let error = try #require(throws: StoreError.self) { try outcome.get() }
      #expect(error.kind == .badDatabase)
    } else {
      try outcome.get()
    }
  }

  @Test(
    "Without its frame a sealed vector is one of a wrong length",
    arguments: [
      ("DELETE FROM frame WHERE site = 1 AND step = 0", 0...127),
      ("UPDATE frame SET mean = NULL WHERE site = 1 AND step = 128", 128...255),
    ])
  func noFrame(sql: String, steps: ClosedRange<Int>) throws {
    try database.connection.run(sql)
    let finding = try #require(try findings().first { $0.rule == "vector-width" })
    #expect(finding.steps == steps && finding.message.contains("the mean is "))
    let site = try #require(try database.sites(of: database.run("run")).first { $0.id == 1 })
    let error = try storeError { try database.forEachMoment(at: site, withAffine: true) { _ in } }
    #expect(error.kind == .badDatabase)
  }

  @Test("No bytes in frames and sealed vectors stop the program")
  func hostile() throws {
    var generator = SplitMix64(seed: 11)
    let site = try #require(try database.sites(of: database.run("run")).first { $0.id == 1 })
    for (table, column, key) in [
      ("frame", "mean", "site = 1 AND step = 0"), ("frame", "beta", "site = 1 AND step = 128"),
      ("moment", "mean", "site = 1 AND step = 3"),
      ("affine", "beta", "moment IN (SELECT id FROM moment WHERE site = 1 AND step = 3)"),
    ] {
      let good = try #require(
        try database.connection.firstRow("SELECT \(column) FROM \(table) WHERE \(key)") {
          $0.bytes(0)
        })
      for _ in 0..<60 {
        let bytes = mutated(good, telling: [0, 1, 32, 33, 127, 128, 255], by: &generator)
        try database.connection.run(
          "UPDATE \(table) SET \(column) = ? WHERE \(key)", [.bytes(bytes)])
        _ = try findings()
        try? database.forEachMoment(at: site, withAffine: true) { _ in }
      }
      try database.connection.run(
        "UPDATE \(table) SET \(column) = ? WHERE \(key)", [.bytes(good)])
    }
    #expect(try findings().isEmpty)
  }
}
