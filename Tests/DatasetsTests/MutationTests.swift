import Datasets
import Network
import TestSupport
import Testing

/// Random damage to good files: each must load, or be refused with a `DatasetError`.
@Suite struct MutationTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// What the numbers, separators and magic bytes of the formats are made of.
  private let telling: [UInt8] = [
    0, 1, 8, 0x7F, 0x80, 0xFF, 10, 13, 34, 44, 45, 46, 48, 57, 101,
  ]

  /// Whether `specification` loads; the compiler sees to it that all it throws is a `DatasetError`.
  private func loads(_ specification: String) throws -> Bool {
    do {
      let dataset = try Dataset.load(specification)
      #expect(dataset.train.features.matrix.values.allSatisfy { $0.isFinite })
      return true
    } catch {
      #expect(error.description.hasSuffix(".") && !error.description.contains("\n"))
      return false
    }
  }

  @Test(
    "1000 damaged IDX files load or are refused, plain or compressed", arguments: [false, true])
  func idx(isCompressed: Bool) throws {
    var generator = RandomGenerator(seed: 1, stream: isCompressed ? 1 : 0)
    let code: ([UInt8]) -> [UInt8] = { isCompressed ? gzipBytes($0) : $0 }
    try SmallIDX.write(to: folder, code: code)
    var loaded = 0
    for _ in 0..<1000 {
      let file = SmallIDX.files[generator.index(below: 4)]
      try folder.write(mutated(code(file.bytes), telling: telling, by: &generator), to: file.name)
      loaded += try loads(folder.path) ? 1 : 0
      try folder.write(code(file.bytes), to: file.name)
    }
    // Damage to a pixel goes unseen in a plain file, damage to a header does not.
    #expect(loaded > 0 && loaded < 900)
  }

  @Test("2000 damaged CSV files load or are refused")
  func csv() throws {
    var generator = RandomGenerator(seed: 2)
    let rows = (0..<14).map { "\($0 % 3),\($0)e-1,\"\($0).5\",-\($0)\r\n" }.joined()
    let text = Array(("\u{FEFF}label,\"a, b\",c,d\r\n" + rows).utf8)
    var loaded = 0
    for _ in 0..<2000 {
      let path = try folder.write(mutated(text, telling: telling, by: &generator), to: "table.csv")
      loaded += try loads(path) ? 1 : 0
    }
    #expect(loaded > 0 && loaded < 1900)
  }
}
