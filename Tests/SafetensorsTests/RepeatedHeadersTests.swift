import Testing

@testable import Safetensors

@Suite("Headers that follow each other")
struct RepeatedHeadersTests {
  static func text(_ message: String, _ name: String = "mean") -> [UInt8] {
    Array(
      #"{"__metadata__":{"message":"\#(message)"},"\#(name)":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}  "#
        .utf8)
  }

  @Test("Each is read as if it were alone")
  func equality() throws {
    var headers = RepeatedHeaders(metadataKey: "message")
    let texts = [
      Self.text("a"), Self.text("b"), Self.text(#"a \"quoted\" \\ line\n"#), Self.text("a", "x"),
      Self.text("a", "y"), Self.text(""), Self.text(""),
      Array(#"{"mean":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#.utf8),
      Array(#"{"__metadata__":{"message":"a","other":"b"}}"#.utf8), Self.text("z"),
    ]
    for text in texts {
      let header = try headers.header(text[...])
      let alone = try SafetensorsHeader(text[...])
      #expect(header.metadata == alone.metadata)
      #expect(header.entries.map(\.name) == alone.entries.map(\.name))
      #expect(header.entries.map(\.bytes) == alone.entries.map(\.bytes))
      #expect(header.dataLength == alone.dataLength)
    }
  }

  @Test("A fault is found in a repeated one, too")
  func faults() throws {
    var headers = RepeatedHeaders(metadataKey: "message")
    _ = try headers.header(Self.text("a")[...])
    for message in ["a\nb", #"\x"#, #"\ud800"#] {
      let text = Self.text(message)
      #expect(throws: SafetensorsError.self) { try headers.header(text[...]) }
      #expect(throws: SafetensorsError.self) { try SafetensorsHeader(text[...]) }
    }
    let latin = Array(#"{"__metadata__":{"message":""#.utf8) + [0xE9] + Self.text("").dropFirst(28)
    #expect(throws: SafetensorsError.self) { try headers.header(latin[...]) }
    #expect(throws: SafetensorsError.self) { try headers.header(Self.text("a").dropLast(3)) }
  }
}
