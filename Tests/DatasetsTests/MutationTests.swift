import Datasets
import Network
import TestSupport
import Testing

/// Random damage to good files: each must load, or be refused with a `DatasetError`.
@Suite struct MutationTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A copy of `bytes` with up to four places changed, cut out, filled in, doubled or cut off.
  private func mutated(_ bytes: [UInt8], by generator: inout RandomGenerator) -> [UInt8] {
    let telling: [UInt8] = [0, 1, 8, 0x7F, 0x80, 0xFF, 10, 13, 34, 44, 45, 46, 48, 57, 101]
    var bytes = bytes
    for _ in 0...generator.index(below: 4) where !bytes.isEmpty {
      let place = generator.index(below: bytes.count)
      let byte =
        generator.index(below: 2) == 0
        ? telling[generator.index(below: telling.count)]
        : UInt8(generator.index(below: 256))
      switch generator.index(below: 8) {
      case 0: bytes.remove(at: place)
      case 1: bytes.insert(byte, at: place)
      case 2: bytes += bytes[place...]
      case 3 where generator.index(below: 4) == 0: bytes.removeSubrange(place...)
      case 4: bytes[place] ^= 1 << UInt8(generator.index(below: 8))
      default: bytes[place] = byte
      }
    }
    return bytes
  }

  /// Whether `specification` loads; the compiler sees to it that all it throws is a `DatasetError`.
  private func loads(_ specification: String) throws -> Bool {
    do {
      let dataset = try Dataset.load(specification)
      #expect(dataset.train.features.values.allSatisfy { $0.isFinite })
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
      try folder.write(mutated(code(file.bytes), by: &generator), to: file.name)
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
      let path = try folder.write(mutated(text, by: &generator), to: "table.csv")
      loaded += try loads(path) ? 1 : 0
    }
    #expect(loaded > 0 && loaded < 1900)
  }
}
