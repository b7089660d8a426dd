import FoundationEssentials
import Migrations
import TestSupport
import Testing

@Suite("Migrations")
struct MigrationTests {
  /// The FNV-1a digest of each script that was ever released, by version: such a script is never edited.
  static let frozenDigests: [UInt64] = [
    0x4956_E0D6_80FC_0095, 0xC2FA_1BCB_391C_A13A, 0x304A_E5AC_E10B_E2F4,
    0x7F67_F32A_E45D_77FE, 0xC719_4E1C_9FBF_1D86,
  ]

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

  @Test("Versions count from 1 without a gap")
  func versions() {
    #expect(Migration.all.map(\.version) == Array(1...Migration.all.count))
    #expect(Migration.latestVersion == Migration.all.count)
  }

  @Test("A script is never edited: a changed schema is a new script")
  func frozen() {
    #expect(Migration.all.map { Self.digest($0.script) } == Self.frozenDigests)
  }

  @Test(
    "The digest is FNV-1a",
    arguments: [("", 0xCBF2_9CE4_8422_2325), ("foobar", 0x8594_4171_F739_67E8)]
      as [(String, UInt64)])
  func digests(text: String, digest: UInt64) {
    #expect(Self.digest(text) == digest)
  }
}
