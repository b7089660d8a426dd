import FoundationEssentials
import Migrations
import SQLite
import TestSupport
import Testing

@Suite("Migrations")
struct MigrationTests {
  static let scriptFolder = Repository.root + "/Migrations/SQL"

  /// FNV-1a of 64 bits.
  static func digest(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  @Test("There is a migration for every script, in the order of their numbers, with its text")
  func scripts() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.scriptFolder).sorted()
    try #require(files.count == Migration.all.count)
    for (file, migration) in zip(files, Migration.all) {
      let digits = String(migration.version)
      let number = String(repeating: "0", count: 4 - digits.count) + digits
      #expect(file == "V\(number)_\(migration.name).sql")
      let text = try String(contentsOfFile: Self.scriptFolder + "/" + file, encoding: .utf8)
      #expect(migration.script == text)
    }
  }

  @Test("The scripts of a central store are all there, with their text, and are never edited")
  func central() throws {
    let folder = Repository.root + "/Migrations/PostgreSQL"
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    #expect(
      files == [
        "P0001_central.sql", "P0002_settings.sql", "P0003_figures.sql", "P0004_list_indexes.sql",
        "P0005_name_parts.sql",
      ])
    #expect(
      try Migration.central.map(\.script)
        == files.map { try String(contentsOfFile: folder + "/" + $0, encoding: .utf8) })
    #expect(Migration.central.map(\.version) == Array(1...files.count))
    #expect(
      Migration.central.map { Self.digest($0.script) } == [
        0x24DA_70D3_2BE7_40A7, 0x47ED_D363_4BF8_0BCB, 0x9583_5715_869F_270C,
        0xFBC8_B73B_5B94_9F58, 0xBCD5_DAB3_AA49_E8A6,
      ])
  }

  @Test("Versions count from 1 without a gap")
  func versions() {
    #expect(Migration.all.map(\.version) == Array(1...Migration.all.count))
    #expect(Migration.latestVersion == Migration.all.count)
  }

  @Test("A script is never edited: a changed schema is a new script")
  func frozen() throws {
    let digests = try String(
      contentsOfFile: Repository.root + "/Migrations/digests.txt", encoding: .utf8)
    let frozen = digests.split(separator: "\n").map { line in
      line.split(separator: " ").first.flatMap { UInt64($0, radix: 16) }
    }
    #expect(frozen == Migration.all.map { Self.digest($0.script) })
    // A line that vanished would let its script be edited.
    #expect(frozen.first == 0x4956_E0D6_80FC_0095)
  }

  @Test("The schema of a new file is the outcome of all scripts")
  func latestSchema() throws {
    let connection = try Connection(path: "schema", access: .create, vfs: "memdb")
    for migration in Migration.all { try connection.execute(migration.script) }
    let statements = try connection.rows(
      "SELECT sql || ';' FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name"
    ) { $0.text(0) + "\n" }
    #expect(statements.joined() == Migration.latestSchema)
  }

  @Test(
    "The digest is FNV-1a",
    arguments: [("", 0xCBF2_9CE4_8422_2325), ("foobar", 0x8594_4171_F739_67E8)]
      as [(String, UInt64)])
  func digests(text: String, digest: UInt64) {
    #expect(Self.digest(text) == digest)
  }
}
