import Migrations
import RunModel
import RunStore
import TestSupport
import Testing

@testable import CentralStore

@Suite(
  "A store that was altered",
  .enabled(if: PostgreSQLServer.programs != nil, .init(rawValue: PostgreSQLServer.skipReason)))
struct DamagedStoreTests {
  private static let original = Result {
    let made = try MadeRun()
    try made.record(0..<300)
    try made.recorder.end(.finished)
    let url = try PostgreSQLServer.shared().makeDatabase()
    try CentralDatabase(url: url, for: .push).push(made.run(), from: made.reading())
    return url
  }

  private let url: String

  init() throws { url = try PostgreSQLServer.shared().makeDatabase(like: Self.original.get()) }

  @Test(
    "A block that was tampered with is named by whatever reads it",
    arguments: [
      ("UPDATE moment SET mean = set_byte(mean, 5, get_byte(mean, 5) # 1)", "checksum"),
      ("UPDATE moment SET counts[3] = 6", "checksum"),
      ("UPDATE affine SET beta = set_byte(beta, 0, get_byte(beta, 0) # 1)", "checksum"),
      ("UPDATE moment SET checksum = checksum # 1", "checksum"),
      ("UPDATE moment SET variance = substring(variance FROM 5)", "impossible"),
      ("UPDATE moment SET steps[2] = steps[1]", "impossible"),
      ("UPDATE moment SET block = block + 100", "impossible"),
      ("UPDATE moment SET format = 9", "format 9"),
    ])
  func blocks(statement: String, part: String) throws {
    let store = try CentralDatabase(url: url, for: .read)
    try store.connection.execute(statement)
    let run = try store.run("made")
    let sites = try store.sites(of: run)
    let folder = try TemporaryFolder()
    let file = try RunDatabase(path: folder.file("pulled.db"), for: .record)
    for read in [
      { try store.forEachMoment(at: sites[0], withAffine: true) { _ in } },
      {
        _ = try store.foldMoments(at: sites, withAffine: true, mayDivide: true, into: 0) {
          count, _, _ in count += 1
        }
      },
      { _ = try CentralStoreTests.rows(of: run, in: store) },
      { _ = try file.pull(run, from: store) },
    ] as [() throws -> Void] {
      let error = try #require(throws: StoreError.self) { try read() }
      #expect(error.kind == (part == "format 9" ? StoreError.Kind.newerSchema : .badDatabase))
      #expect(error.description.contains("block") && error.description.contains(part))
    }
    #expect(try file.runs(inTrash: false).isEmpty)
  }

  @Test(
    "A schema of another program, of a newer version, or of half a migration is refused",
    arguments: [
      (
        "INSERT INTO migration VALUES (99, 'later', '', now())", "schema version 99",
        "up to \(Migration.central.count)"
      ),
      ("UPDATE migration SET script = script || ' '", "other scripts", "use the version"),
      ("DELETE FROM migration", "half of them", "restore"),
      ("ALTER TABLE quantile RENAME TO quantiles", "lacks the table quantile", "restore"),
      ("DROP TABLE migration", "was not made by Normscope", "another database"),
    ])
  func schemas(statement: String, part: String, advice: String) throws {
    let connection = try ServerConnection(url: url)
    try connection.execute("SET search_path TO normscope; \(statement)")
    for access in [CentralDatabase.Access.read, .push] {
      let error = try #require(throws: StoreError.self) {
        try CentralDatabase(url: url, for: access)
      }
      #expect(error.description.contains(part) && error.description.contains(advice))
    }
    #expect(try connection.query("SELECT count(*) FROM moment")[0].integer(0) == 6)
  }
}
