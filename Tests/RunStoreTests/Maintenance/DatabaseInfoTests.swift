import Migrations
import FoundationEssentials
import SQLite
import TestSupport
import Testing

import RunModel
@testable import RunStore

@Suite("The size of a database")
struct DatabaseInfoTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("runs.db")
    try makeSampleDatabase(at: path, steps: 150)
    try makeSampleDatabase(at: path, steps: 3)
  }

  @Test("The sizes are the sizes of the file")
  func file() throws {
    let info = try RunDatabase(path: path, for: .read).info()
    #expect(try info.fileBytes == folder.bytes("runs.db").count)
    #expect(info.pageSize == 65_536 && info.fileBytes == info.pageCount * info.pageSize)
    #expect(info.freePageCount == 0 && info.logBytes == 0)
    #expect(info.schemaVersion == Migration.latestVersion && info.path == path)
  }

  @Test("The size of the log is reported")
  func log() throws {
    let database = try RunDatabase(path: path, for: .record)
    let recorder = try RunRecorder(database: database, run: NewRun(name: "more"))
    let info = try database.info()
    #expect(try info.logBytes == folder.bytes("runs.db-wal").count && info.logBytes > 0)
    try recorder.end(.finished)
  }

  @Test("A run's bytes follow from its vectors' lengths")
  func runs() throws {
    let database = try RunDatabase(path: path, for: .record)
    try database.delete([database.run("latest")])
    let info = try database.info()
    let runs = info.runs
    #expect(runs.map(\.isInTrash) == [false, true])
    #expect(runs.map(\.name) == ["sample", "sample"])
    #expect(runs.map(\.steps) == [150, 3] && runs.map(\.sites) == [2, 2])
    // Widths of 2 and 3, a mean and a variance each; the wider one has gamma and beta.
    #expect(info.bytes(of: .moments) == [150 * 40, 3 * 40])
    #expect(info.bytes(of: .affine) == [150 * 24, 3 * 24])
    // The block of steps 0 to 127.
    #expect(info.bytes(of: .rollups) == [40, 0])
    #expect(info.bytes(of: .checkpoints) == [1000, 1000])
  }

  @Test("Sealed gamma and beta count as gamma and beta")
  func sealed() throws {
    let database = try RunDatabase(path: path, for: .record)
    let plain = try database.info()
    _ = try database.compact()
    let info = try database.info()
    #expect(try database.integer("SELECT count(*) FROM affine") == 3)
    for contents in [RunTable.Contents.moments, .affine] {
      #expect(info.bytes(of: contents)[0] < plain.bytes(of: contents)[0])
      #expect(info.bytes(of: contents)[0] > plain.bytes(of: contents)[0] / 4)
    }
  }

  @Test("Every vector of a run is counted, and once")
  func everyVector() throws {
    let database = try RunDatabase(path: path, for: .record)
    for sql in MergeTests.rowsOfRareTables { try database.connection.run(sql) }
    var total = 0
    for table in RunTable.all where !table.vectors.isEmpty {
      let bytes = try #require(
        try database.integer("SELECT sum(\(table.vectorBytes)) FROM \(table.name)"))
      #expect(bytes > 0, "\(table.name)")
      total += bytes
    }
    let info = try database.info()
    #expect(info.runs.flatMap(\.bytes).reduce(0, +) == total)
    // Three BLOBs of a byte at each of two sites.
    #expect(info.bytes(of: .noise) == [6, 6])
  }

  @Test("The pages of all tables make up the file, and an estimate is a little less than that")
  func tables() throws {
    let database = try RunDatabase(path: path, for: .read)
    let info = try database.info()
    let rows = Dictionary(uniqueKeysWithValues: info.tables.map { ($0.name, $0.rows) })
    #expect(
      rows.filter { $0.value > 0 } == [
        "run": 2, "tag": 2, "step": 153, "site": 4, "moment": 306, "affine": 153, "rollup": 2,
        "evaluation": 2, "checkpoint": 2, "migration": Migration.all.count,
      ])
    try #require(!info.isEstimated, "This SQLite has no dbstat.")
    // The schema's own page is the one that belongs to no table.
    #expect(info.tables.reduce(0) { $0 + $1.bytes } == info.fileBytes - info.pageSize)
    for (measured, estimated) in zip(info.tables, try database.estimatedTables()) {
      #expect(measured.name == estimated.name && measured.rows == estimated.rows)
      #expect((estimated.bytes > 0) == (estimated.rows > 0) && estimated.bytes < measured.bytes)
    }
    let moments = try #require(try database.estimatedTables().first { $0.name == "moment" })
    // The vectors, and the digits of ids, sites, steps and counts.
    #expect((153 * 40...153 * 40 + 306 * 10).contains(moments.bytes))
  }
}
