import RunModel
@testable import RunStore
import SQLite
import Sealing
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
    _ = try database.compact()
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
        "UPDATE sealed SET bits = CAST(substr(bits, 1, length(bits) - 1) AS BLOB) WHERE site = 1 AND step = 128 AND vector = 3",
        "the sealed moments of steps 128 to 255 are damaged", true
      ),
      (
        "UPDATE sealed SET bits = CAST(x'7f' || substr(bits, 2) AS BLOB) WHERE site = 1 AND step = 0 AND vector = 1 AND unit = 16",
        "the sealed moments of steps 0 to 127 are damaged", true
      ),
      (
        "UPDATE sealed SET bits = CAST(x'02' || substr(bits, 2) AS BLOB) WHERE site = 1 AND step = 0 AND vector = 0",
        "the sealed moments of steps 0 to 127 are damaged", true
      ),
      (
        "DELETE FROM sealed WHERE site = 1 AND step = 128 AND vector = 4 AND unit = 0",
        "the sealed moments of steps 128 to 255 are damaged", true
      ),
      (
        "UPDATE sealed SET unit = 32 WHERE site = 1 AND step = 128 AND vector = 4 AND unit = 16",
        "the sealed moments of steps 128 to 255 are damaged", true
      ),
      (
        "UPDATE sealed SET step = 129 WHERE site = 1 AND step = 128", "of step 129 is impossible",
        true
      ),
      (
        "UPDATE sealed SET vector = 5 WHERE site = 1 AND step = 128 AND vector = 4",
        "of step 128 is impossible", true
      ),
      (
        "DELETE FROM moment WHERE site = 1 AND step = 7",
        "it holds other moments than those that have no vectors", false
      ),
      (
        "UPDATE moment SET count = 3 WHERE site = 1 AND step = 7",
        "it holds other moments than those that have no vectors", false
      ),
      (
        "UPDATE moment SET mean = zeroblob(96) WHERE site = 1 AND step = 7",
        "it holds other moments than those that have no vectors", false
      ),
    ])
  func damage(sql: String, sentence: String, isSeenByReading: Bool) throws {
    #expect(try findings().isEmpty)
    try database.connection.run(sql)
    let findings = try findings()
    #expect(
      findings.contains { $0.rule == "sealed" && $0.message.contains(sentence) }, "\(findings)")
    let site = try #require(try database.sites(of: database.run("run")).first { $0.id == 1 })
    func read() throws { try database.forEachMoment(at: site, withAffine: true) { _ in } }
    if isSeenByReading {
      let error = try storeError { try read() }
      #expect(error.kind == .badDatabase)
    } else {
      try? read()
    }
  }

  @Test("Rows without vectors and without a block are damage")
  func noBlock() throws {
    try database.connection.run("DELETE FROM sealed WHERE site = 1 AND step = 0")
    #expect(try !findings().isEmpty)
    let site = try #require(try database.sites(of: database.run("run")).first { $0.id == 1 })
    let error = try storeError { try database.forEachMoment(at: site, withAffine: true) { _ in } }
    #expect(error.kind == .badDatabase)
    let ofOne = try storeError { _ = try database.moment(at: site, step: 3, withAffine: false) }
    #expect(ofOne.kind == .badDatabase)
  }

  @Test("A bit that changed in any row of a block is a fault, and reading refuses it")
  func changedBit() throws {
    let rows = try database.connection.rows(
      "SELECT id, vector, bits FROM sealed WHERE site = 1 AND step = 128"
    ) { ($0.integer(0), $0.integer(1), $0.bytes(2)) }
    #expect(Set(rows.map { $0.1 }) == [0, 1, 2, 3, 4])
    let site = try #require(try database.sites(of: database.run("run")).first { $0.id == 1 })
    for (id, _, good) in rows {
      for place in [good.count / 2, good.count - 1] {
        var bytes = good
        bytes[place] ^= 4
        func store(_ bytes: [UInt8]) throws {
          try database.connection.run(
            "UPDATE sealed SET bits = ? WHERE id = ?", [.bytes(bytes), .integer(id)])
        }
        try store(bytes)
        #expect(
          try findings().contains {
            $0.rule == "sealed"
              && $0.message.hasSuffix(": the sealed moments of steps 128 to 255 are damaged.")
          })
        let error = try storeError {
          try database.forEachMoment(at: site, withAffine: true) { _ in }
        }
        #expect(error.kind == .badDatabase)
        try store(good)
      }
    }
    #expect(try findings().isEmpty)
  }

  @Test("No bytes in sealed vectors stop the program")
  func hostile() throws {
    var generator = SplitMix64(seed: 11)
    let site = try #require(try database.sites(of: database.run("run")).first { $0.id == 1 })
    for (vector, step, count) in [(0, 0, 200), (1, 0, 60), (4, 128, 60)] {
      let key = "site = 1 AND step = \(step) AND vector = \(vector) AND unit = 0"
      let good = try #require(
        try database.connection.firstRow("SELECT bits FROM sealed WHERE \(key)") { $0.bytes(0) })
      for _ in 0..<count {
        var bytes = mutated(
          good.dropLast(SealedChecksum.byteCount), telling: [0, 1, 2, 16, 32, 33, 127, 128, 255],
          by: &generator)
        SealedChecksum.append(to: &bytes)
        try database.connection.run("UPDATE sealed SET bits = ? WHERE \(key)", [.bytes(bytes)])
        _ = try findings()
        try? database.forEachMoment(at: site, withAffine: true) { _ in }
      }
      try database.connection.run("UPDATE sealed SET bits = ? WHERE \(key)", [.bytes(good)])
    }
    #expect(try findings().isEmpty)
  }
}
