import FoundationEssentials
import Network
import TestSupport
import Testing

@testable import Datasets

@Suite struct GzipTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let table = "label,a\n" + (0..<10).map { "\($0 % 2),\($0)\n" }.joined()
  /// `table`, compressed by the gzip program's own format writer in one piece.
  private static let compressed =
    "H4sIAAAAAAACA8tJTErN0UnkMtAx4DLUMQTSRkDaGEibAGlTIG0GpM2BtAWQtuQCAB6/9uswAAAA"
  /// `table`, compressed in two pieces, one behind the other.
  private static let twoMembers =
    "H4sIAAAAAAACA8tJTErN0UnkMtAx4DLUMQTSRlwAWIBEPxQAAAAfiwgAAAAAAAIDM9Qx5jLQMeEy1DEF0mZA2hxI"
    + "WwBpSy4AXWZj6hwAAAA="

  private func decoded(_ base64: String) throws -> [UInt8] {
    Array(try #require(Data(base64Encoded: base64)))
  }

  private func expectBadData(_ name: String, _ message: String) {
    let path = folder.path + "/" + name
    let error = #expect(throws: DatasetError.self) { try Dataset.load(path) }
    #expect(error == DatasetError(.badData, path + message))
  }

  @Test("plain text, deflate, stored blocks and joined gzip members all read the same")
  func equal() throws {
    let plain = try folder.write(GzipTests.table, to: "plain.csv")
    let expected = try CSVTable(path: plain).examples
    #expect(expected.labels == [0, 1, 0, 1, 0, 1, 0, 1, 0, 1])
    #expect(expected.features.matrix.values == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    for bytes in [
      try decoded(GzipTests.compressed), try decoded(GzipTests.twoMembers),
      gzipBytes(Array(GzipTests.table.utf8)),
    ] {
      #expect(try CSVTable(path: folder.write(bytes, to: "a.csv.gz")).examples == expected)
    }
  }

  @Test("a file is inflated whatever it is called")
  func nameDoesNotDecide() throws {
    let inflated = try folder.write(GzipTests.table, to: "inflated.csv.gz")
    let deflated = try folder.write(try decoded(GzipTests.compressed), to: "deflated.csv")
    #expect(try CSVTable(path: inflated).examples == CSVTable(path: deflated).examples)
  }

  @Test("a gzip stream cut off anywhere is refused")
  func cutOff() throws {
    let whole = try decoded(GzipTests.compressed)
    for length in 2..<whole.count {
      try folder.write(Array(whole.prefix(length)), to: "cut.csv.gz")
      expectBadData("cut.csv.gz", " ends in the middle of its gzip stream: get the file again.")
    }
  }

  @Test("a damaged gzip stream or check sum is refused")
  func damaged() throws {
    let whole = try decoded(GzipTests.compressed)
    for (position, cause) in [
      (2, "unknown compression method"), (10, "invalid code lengths set"),
      (whole.count - 8, "incorrect data check"), (whole.count - 4, "incorrect length check"),
    ] {
      var bytes = whole
      bytes[position] ^= 0xFF
      try folder.write(bytes, to: "damaged.csv.gz")
      expectBadData(
        "damaged.csv.gz", " is damaged: its gzip stream cannot be inflated (\(cause)).")
    }
  }

  @Test("no more is inflated than an IDX header claims")
  func bomb() throws {
    try SmallIDX.write(to: folder)
    let header = idxBytes(dimensions: [3, 2, 3], values: [0])
    let bomb = gzipBomb(start: header, repetitions: 100_000)
    let path = try folder.write(bomb, to: "train-images-idx3-ubyte")
    let error = #expect(throws: DatasetError.self) { try Dataset.load(folder.path) }
    // Reading to the end would find the wrong check sum there.
    #expect(
      error?.description == path
        + " should hold 18 bytes after its header (3x2x3), but holds more: get the file again.")
    #expect(throws: DatasetError.self) {
      var file = try GzipFile(path: path)
      _ = try file.read(upTo: .max)
    }
  }

  @Test("text is inflated up to a limit")
  func limit() throws {
    let path = try folder.write(gzipBomb(start: [10], repetitions: 100_000), to: "bomb.csv.gz")
    let error = #expect(throws: DatasetError.self) {
      try CSVTable(path: path, maximumInflatedSize: 1000)
    }
    #expect(
      error
        == DatasetError(
          .badData,
          "\(path) unpacks to more than 1000 bytes of text: unpack it, and name that file."))
    let table = try folder.write(GzipTests.table, to: "table.csv")
    let size = GzipTests.table.utf8.count
    #expect(try CSVTable(path: table, maximumSize: size).examples.count == 10)
    #expect(throws: DatasetError.self) { try CSVTable(path: table, maximumSize: size - 1) }
  }

  @Test("reading in pieces gives the bytes in order, and fewer at the end")
  func pieces() throws {
    let bytes = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 ^ $0 >> 8) }
    let path = try folder.write(gzipBytes(bytes), to: "pieces.gz")
    var file = try GzipFile(path: path)
    #expect(try file.read(upTo: 0) == [])
    #expect(try file.read(upTo: 3) == [0, 1, 2])
    #expect(try file.read(upTo: 600_000) == Array(bytes[3..<600_003]))
    #expect(try file.read(upTo: .max) == Array(bytes[600_003...]))
    #expect(try file.read(upTo: 1) == [])
  }

  @Test("a file that cannot be opened is missing input")
  func unopened() {
    let path = folder.path + "/nothing"
    let error = #expect(throws: DatasetError.self) { _ = try GzipFile(path: path) }
    #expect(
      error
        == DatasetError(.missing, "\(path) cannot be opened: No such file or directory."))
  }
}
