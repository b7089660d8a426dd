import TestSupport
import Testing

@testable import TensorBoardEvents

@Suite("Event files of TensorBoard")
struct EventWriterTests {
  static func bytes(_ build: (inout EventWriter) throws -> Void) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try withoutActuallyEscaping({ (piece: [UInt8]) throws in bytes += piece }) { output in
      var writer = try EventWriter(at: 1.7e9, output)
      try build(&writer)
      try writer.finish()
    }
    return bytes
  }

  @Test("The check of known bytes is the known one")
  func check() {
    // RFC 3720, B.4; the second is of ASCII digits.
    #expect(CRC32C.of(Array(repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC32C.of(Array("123456789".utf8)) == 0xE306_9283)
  }

  @Test(
    "A whole number has the bytes of its encoding",
    arguments: [
      (0, [0x08, 0]), (127, [0x08, 0x7F]), (128, [0x08, 0x80, 0x01]), (300, [0x08, 0xAC, 0x02]),
      (-1, [0x08] + Array(repeating: 0xFF, count: 9) + [0x01]),
    ] as [(Int, [UInt8])])
  func varints(value: Int, bytes: [UInt8]) {
    var message = ProtobufMessage()
    message.add(1, value)
    #expect(message.bytes == bytes)
  }

  @Test("The first record is the version, to the byte")
  func version() throws {
    let bytes = try Self.bytes { _ in }
    // 9 bytes of the time, and 2 before the 13 of the version.
    #expect(bytes[..<8] == [24, 0, 0, 0, 0, 0, 0, 0])
    #expect(bytes[12..<21] == [0x09, 0, 0, 0, 0x40, 0xFC, 0x54, 0xD9, 0x41])
    #expect(bytes[21..<23] == [0x1A, 13] && bytes.count == 8 + 4 + 24 + 4)
    #expect(try EventFile(bytes).events.map(\.version) == ["brain.Event:2"])
  }

  @Test("Scalars, histograms and vectors come back, and each tag is described once")
  func values() throws {
    let histogram = EventHistogram(
      edges: [-1, 0, 1], counts: [3, 5], underflow: 2, overflow: 0)
    let file = try EventFile(
      Self.bytes { writer in
        for step in 0..<3 {
          try writer.add(
            [
              EventValue("loss", .scalar(1 / Double(step)), description: "the loss"),
              EventValue("h", .histogram(histogram)),
              EventValue("v", .vector([0.5, .nan, Float(step)])),
            ], step: step * 200, at: 1.7e9 + Double(step) / 2)
        }
        try writer.add([], step: 7, at: 0)
      })
    #expect(file.events.map(\.step) == [0, 0, 200, 400])
    #expect(file.events.map(\.seconds) == [1.7e9, 1.7e9, 1.7e9 + 0.5, 1.7e9 + 1])
    #expect(file.scalars("loss").map(\.value) == [.infinity, 1, 0.5])
    let values = file.events[2].values
    #expect(values.map(\.tag) == ["loss", "h", "v"])
    #expect(values[2].tensor?.shape == [3] && values[2].tensor?.values[2] == 1)
    #expect(values[2].tensor?.values[1].isNaN == true)
    // Two below the first edge, on it.
    #expect(values[1].histogram?.limits == [-1, 0, 1] && values[1].histogram?.counts == [2, 3, 5])
    #expect(values[1].histogram?.figures == [-1, 1, 10, -1, 4])
    #expect(values.allSatisfy { $0.plugin == nil && $0.description == nil })
    let first = file.events[1].values
    #expect(first.map(\.plugin) == ["scalars", "histograms", "normscope"])
    #expect(first.map(\.description) == ["the loss", nil, nil])
  }

  @Test("Values above the last edge have a bucket on it")
  func overflow() throws {
    let histogram = EventHistogram(edges: [0, 2], counts: [1], underflow: 0, overflow: 4)
    let value = try #require(
      try EventFile(
        Self.bytes { try $0.add([EventValue("h", .histogram(histogram))], step: 0, at: 0) }
      ).values.first?.value.histogram)
    #expect(value.limits == [2, 2] && value.counts == [1, 4])
    #expect(value.figures == [0, 2, 5, 9, 17])
  }

  @Test("Hyperparameters are in the metadata of the values that TensorBoard looks for")
  func hyperparameters() throws {
    let file = try EventFile(
      Self.bytes { writer in
        try writer.addStart(
          [
            Hyperparameter("rate", .number(0.5)), Hyperparameter("norm", .text("batch")),
            Hyperparameter("nesterov", .truth(true)),
          ], at: 12)
        try writer.addEnd(.failure, at: 34)
      })
    let values = file.values.map(\.value)
    #expect(
      values.map(\.tag) == ["_hparams_/session_start_info", "_hparams_/session_end_info"])
    #expect(values.allSatisfy { $0.plugin == "hparams" && $0.tensor?.shape == [0] })
    let start = try #require(try values[0].pluginContents?.messages(3).first)
    #expect(start.double(5) == 12)
    let entries = try start.messages(1)
    #expect(entries.flatMap { $0.texts(1) } == ["rate", "norm", "nesterov"])
    let members = try entries.flatMap { try $0.messages(2) }
    #expect(members[0].double(2) == 0.5 && members[1].texts(3) == ["batch"])
    #expect(members[2].numbers(4) == [1])
    let end = try #require(try values[1].pluginContents?.messages(4).first)
    #expect(end.numbers(1) == [2] && end.double(2) == 34)
  }

  @Test("A file with another bit is no event file")
  func damage() throws {
    var bytes = try Self.bytes { _ in }
    bytes[20] ^= 1
    #expect(throws: EventFile.Damage.self) { try EventFile(bytes) }
  }
}
