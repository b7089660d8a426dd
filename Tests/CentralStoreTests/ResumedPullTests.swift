import FoundationEssentials
import RunModel
import RunStore
import SQLite
import TestSupport
import Testing

@testable import CentralStore

@Suite(
  "A pull that was stopped",
  .enabled(if: PostgreSQLServer.programs != nil, .init(rawValue: PostgreSQLServer.skipReason)))
struct ResumedPullTests {
  let url: String
  let made: MadeRun
  let store: CentralDatabase

  init() throws {
    url = try PostgreSQLServer.shared().makeDatabase()
    made = try MadeRun()
    try made.record(0..<600)
    try made.recorder.end(.finished)
    store = try CentralDatabase(url: url, for: .push)
    try store.push(made.run(), from: made.reading())
  }

  /// The beginnings of vectors as they are, which a statement changes and changes back.
  private func alter(_ blocks: String) throws {
    try store.connection.execute(
      "UPDATE moment SET mean = set_byte(mean, 5, get_byte(mean, 5) # 1) WHERE \(blocks)")
  }

  private func pull() throws -> MergedRun.Outcome {
    let file = try RunDatabase(path: made.folder.file("pulled.db"), for: .record)
    let store = try CentralDatabase(url: url, for: .read)
    return try store.snapshot { try file.pull(store.run("made"), from: store) }
  }

  private var begun: String {
    get throws { made.folder.file("pulled.db-pull-\(try made.run().uuid)") }
  }

  private func momentCount() throws -> Int {
    try Connection(path: begun, access: .readWrite).firstRow("SELECT count(*) FROM moment") {
      $0.integer(0)
    } ?? 0
  }

  @Test("It keeps what it has, and the next one reads only the other blocks")
  func kept() throws {
    let last = "site = (SELECT max(id) FROM site) AND block = 3"
    try alter(last)
    #expect(throws: StoreError.self) { try pull() }
    #expect(try momentCount() == 600)
    let file = try RunDatabase(path: made.folder.file("pulled.db"), for: .read)
    #expect(try file.runs().isEmpty && file.runs(inTrash: true).isEmpty)
    // Whoever reads the blocks that are kept finds them altered.
    try alter(last)
    try alter("site = (SELECT min(id) FROM site)")
    #expect(try pull() == .added)
    #expect(
      try CentralStoreTests.rows(of: file.run("made"), in: file)
        == CentralStoreTests.rows(of: made.run(), in: made.reading()))
    let left = try FileManager.default.contentsOfDirectory(atPath: made.folder.path)
    #expect(!left.contains { $0.contains("-pull-") })
  }

  @Test("What it has is read again where it is not what the store has")
  func checked() throws {
    for change in [
      "UPDATE moment SET mean = (SELECT mean FROM moment WHERE step = 3) WHERE step = 200",
      "UPDATE affine SET beta = gamma", "DELETE FROM moment WHERE step = 100",
      "UPDATE moment SET count = 7 WHERE step = 5", "DELETE FROM higher_moment",
      "INSERT INTO moment (site, step, count, non_finite_count, mean, variance) SELECT site, 5000, count, non_finite_count, mean, variance FROM moment WHERE step = 1",
      "UPDATE site SET width = width + 1", "DELETE FROM run",
    ] {
      try alter("site = (SELECT max(id) FROM site) AND block = 4")
      #expect(throws: StoreError.self) { try pull() }
      try alter("site = (SELECT max(id) FROM site) AND block = 4")
      try Connection(path: begun, access: .readWrite).execute(
        "PRAGMA foreign_keys = ON; \(change)")
      #expect(try pull() == .added)
      let file = try RunDatabase(path: made.folder.file("pulled.db"), for: .record)
      #expect(
        try CentralStoreTests.rows(of: file.run("made"), in: file)
          == CentralStoreTests.rows(of: made.run(), in: made.reading()), "\(change)")
      try file.delete([file.run("made")])
      try file.purge(file.run("made", inTrash: true))
    }
  }

  @Test("What it has may have been sealed")
  func sealed() throws {
    let last = "site = (SELECT max(id) FROM site) AND block = 4"
    try alter(last)
    #expect(throws: StoreError.self) { try pull() }
    try alter(last)
    let file = try RunDatabase(path: begun, for: .record)
    _ = try file.compact()
    let sealedCount = try Connection(path: begun, access: .readWrite).firstRow(
      "SELECT count(*) FROM sealed"
    ) { $0.integer(0) }
    #expect(sealedCount ?? 0 > 0)
    #expect(try pull() == .added)
    let pulled = try RunDatabase(path: made.folder.file("pulled.db"), for: .read)
    #expect(
      try CentralStoreTests.rows(of: pulled.run("made"), in: pulled)
        == CentralStoreTests.rows(of: made.run(), in: made.reading()))
  }

  @Test("What it left is no database: it begins anew")
  func damaged() throws {
    for contents in ["", "nothing of ours"] {
      try made.folder.write(contents, to: "pulled.db-pull-\(made.run().uuid)")
      #expect(try pull() == .added || pull() == .here)
    }
  }
}
