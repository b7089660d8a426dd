import Testing

@testable import StrictJSON

/// The parts of decoding that no synthesized conformance uses; the others are seen in `JSONDecodingTests`.
@Suite("Decoding by hand from JSON values")
struct JSONValueDecoderTests {
  private enum Key: String, CodingKey {
    case list, object, base, parent = "super"
  }

  static func decoder(_ text: String) throws -> JSONValueDecoder {
    JSONValueDecoder(value: try #require(JSONValue(text: text)))
  }

  @Test("Nested containers and the decoders of superclasses know their paths")
  func nested() throws {
    let decoder = try Self.decoder(
      #"{"list": [[1, null, "x"], {"base": 2}, 3], "object": {"base": 4}, "super": 5}"#)
    let container = try decoder.container(keyedBy: Key.self)
    #expect(container.allKeys == [.list, .object, .parent])
    #expect(try container.superDecoder().singleValueContainer().decode(Int.self) == 5)
    #expect(try container.superDecoder(forKey: .parent).codingPath.map(\.stringValue) == ["super"])
    let object = try container.nestedContainer(keyedBy: Key.self, forKey: .object)
    #expect(try object.decode(Int8.self, forKey: .base) == 4)
    var list = try container.nestedUnkeyedContainer(forKey: .list)
    #expect(list.count == 3)
    var inner = try list.nestedUnkeyedContainer()
    #expect(try !inner.decodeNil() && inner.decode(Int.self) == 1)
    #expect(try inner.decodeNil() && inner.currentIndex == 2)
    #expect(inner.codingPath.map(\.stringValue) == ["list", "0"])
    #expect(try inner.superDecoder().singleValueContainer().decode(String.self) == "x")
    #expect(inner.isAtEnd)
    let error = #expect(throws: MisfitError.self) { try inner.decode(Int.self) }
    #expect(
      error?.sentence(about: "a.json")
        == "list[0] in a.json has 3 elements, where more are wanted.")
    #expect(try list.nestedContainer(keyedBy: Key.self).decode(Int.self, forKey: .base) == 2)
  }

  @Test("Every integer type takes its own range, whole")
  func integers() throws {
    func expectRange<T: FixedWidthInteger & Decodable>(_ type: T.Type) throws {
      for value in [T.min, .max] {
        #expect(try Self.decoder("\(value)").decode(type) == value)
      }
      #expect(throws: MisfitError.self) { try Self.decoder("\(Int128(T.max) + 1)").decode(type) }
      #expect(throws: MisfitError.self) { try Self.decoder("\(Int128(T.min) - 1)").decode(type) }
    }
    try expectRange(Int8.self)
    try expectRange(UInt16.self)
    try expectRange(Int32.self)
    try expectRange(Int.self)
    try expectRange(UInt64.self)
  }
}
