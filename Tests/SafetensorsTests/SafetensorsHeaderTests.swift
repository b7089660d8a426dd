import Safetensors
import Testing

@Suite("Headers of safetensors files that are refused, and such that are not")
struct SafetensorsHeaderTests {
  /// A file with this header and so many bytes of data.
  static func file(_ header: String, dataLength: Int) -> [UInt8] {
    let header = Array(header.utf8)
    return (0..<8).map { UInt8(truncatingIfNeeded: header.count >> ($0 * 8)) } + header
      + [UInt8](repeating: 1, count: dataLength)
  }

  static func tensor(
    _ name: String, _ type: String = "F32", shape: String, offsets: String
  ) -> String {
    "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}"
  }

  /// Expects that 16 bytes of data under this header are refused in a sentence with these words.
  static func expectRefusal(_ header: String, _ words: String, dataLength: Int = 16) {
    let error = #expect(throws: SafetensorsError.self, "\(header.prefix(200))") {
      try SafetensorsFile(decoding: file(header, dataLength: dataLength))
    }
    guard let error else { return }
    #expect(isOneSentence(error))
    #expect(error.description.contains(words), "\(error)")
    #expect(error.description.count < 500)
  }

  @Test(
    "A header that is longer than the file, or than any may be, is refused before anything is made of it",
    arguments: [UInt64(100), 100_000_001, 1 << 62, 1 << 63, .max])
  func absurdLength(length: UInt64) {
    let bytes =
      (0..<8).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) } + Array("{}".utf8)
    let error = #expect(throws: SafetensorsError.self) { try SafetensorsFile(decoding: bytes) }
    #expect(error?.description.contains("\(length) bytes") == true)
  }

  @Test(
    "A header that is not a JSON object is refused",
    arguments: [
      "", " {}", "[]", "null", "\"x\"", "12", "nonsense", "{", "{}{}", "{\"a\"}", "{'a':1}",
      "{/* no comments */}", "\u{FEFF}{}", "{}\u{0}",
      String(repeating: "[", count: 100_000), String(repeating: "{\"a\":", count: 100_000),
    ])
  func notObject(header: String) {
    Self.expectRefusal(header, "header", dataLength: 0)
  }

  @Test("A header in UTF-16, or in no encoding, is refused")
  func notUTF8() {
    let headers: [[UInt8]] = [
      [0x7B, 0, 0x7D, 0], [0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D],
    ]
    for header in headers {
      let bytes = [UInt8(header.count), 0, 0, 0, 0, 0, 0, 0] + header
      let error = #expect(throws: SafetensorsError.self) { try SafetensorsFile(decoding: bytes) }
      #expect(error?.description == "The header is not a JSON object in UTF-8.")
    }
  }

  @Test(
    "A tensor that is described in part, wrongly or too fully is refused by name",
    arguments: [
      "null", "[]", "{}", "3", #"{"dtype":"F32","shape":[4]}"#,
      #"{"dtype":1,"shape":[4],"data_offsets":[0,16]}"#,
      #"{"dtype":"F32","shape":4,"data_offsets":[0,16]}"#,
      #"{"dtype":"F32","shape":[4.5],"data_offsets":[0,16]}"#,
      #"{"dtype":"F32","shape":[1e400],"data_offsets":[0,16]}"#,
      #"{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,16]}"#,
      #"{"dtype":"F32","shape":["4"],"data_offsets":[0,16]}"#,
      #"{"dtype":"F32","shape":[[4]],"data_offsets":[0,16]}"#,
      #"{"dtype":"F32","shape":[null],"data_offsets":[0,16]}"#,
      #"{"dtype":"F32","shape":[4],"data_offsets":{"0":16}}"#,
      #"{"dtype":"F32","shape":[4],"data_offsets":[0,16],"extra":1}"#,
    ])
  func badEntry(entry: String) {
    Self.expectRefusal("{\"x\":\(entry)}", "The tensor \"x\" is not an object with")
  }

  @Test("A shape that is negative or overflows is refused")
  func badShape() {
    for shape in [
      "[-1]", "[-2,-2]", "[4294967296,4294967296]", "[9223372036854775807]",
      "[4611686018427387904,4,0]", "[-9223372036854775808]",
    ] {
      Self.expectRefusal(
        "{\(Self.tensor("x", shape: shape, offsets: "[0,16]"))}", "\"x\" cannot have the shape [")
    }
  }

  @Test("Offsets that are reversed, negative, or not two are refused")
  func badOffsets() {
    for offsets in ["[16,0]", "[-16,0]", "[-8,8]", "[]", "[16]", "[0,8,16]"] {
      Self.expectRefusal(
        "{\(Self.tensor("x", shape: "[4]", offsets: offsets))}",
        "\"x\" cannot have the data offsets [")
    }
  }

  @Test("A tensor beyond the end of the file is refused")
  func beyondEnd() {
    Self.expectRefusal(
      "{\(Self.tensor("x", shape: "[5]", offsets: "[0,20]"))}",
      "\"x\" should end at byte 20 of the data, of which there are only 16.")
    Self.expectRefusal(
      "{\(Self.tensor("x", shape: "[4]", offsets: "[9223372036854775791,9223372036854775807]"))}",
      "should end at byte 9223372036854775807")
  }

  @Test("A tensor whose length does not fit its shape is refused")
  func wrongSize() {
    Self.expectRefusal(
      "{\(Self.tensor("x", shape: "[3]", offsets: "[0,16]"))}",
      "\"x\" has 16 bytes of data, where its shape [3] takes 12.")
    Self.expectRefusal(
      "{\(Self.tensor("x", "I64", shape: "[4]", offsets: "[0,16]"))}", "takes 32.")
  }

  @Test("Tensors that overlap are refused")
  func overlap() {
    let first = Self.tensor("a", shape: "[3]", offsets: "[0,12]")
    for second in [
      Self.tensor("b", shape: "[2]", offsets: "[8,16]"),
      Self.tensor("b", shape: "[0]", offsets: "[4,4]"),
      Self.tensor("b", shape: "[3]", offsets: "[0,12]"),
    ] {
      Self.expectRefusal("{\(first),\(second)}", "inside the one before it")
    }
  }

  @Test("Bytes that no tensor has are refused: before, between and after the tensors")
  func holes() {
    let (first, last) = (
      Self.tensor("a", shape: "[1]", offsets: "[0,4]"),
      Self.tensor("b", shape: "[2]", offsets: "[8,16]")
    )
    Self.expectRefusal("{\(first),\(last)}", "No tensor has the bytes 4 to 8 of the data")
    Self.expectRefusal("{\(last)}", "No tensor has the bytes 0 to 8 of the data")
    Self.expectRefusal("{\(first)}", "16 bytes of data, where its tensors end after 4.")
    Self.expectRefusal("{}", "16 bytes of data, where its tensors end after 0.")
  }

  @Test(
    "A tensor of another type is refused with its name and type",
    arguments: ["F16", "BF16", "F64", "F8_E4M3", "BOOL", "U8", "I16", "U64", "f32", "", "é\n"])
  func otherType(type: String) {
    let escaped = type == "é\n" ? "é\\u000a" : type
    Self.expectRefusal(
      "{\(Self.tensor("a", shape: "[4]", offsets: "[0,16]")),"
        + "\(Self.tensor("x", escaped, shape: "[8]", offsets: "[16,32]"))}",
      "The tensor \"x\" has the type \"\(escaped)\"; only F32, I32, I64 can be read.",
      dataLength: 32)
  }

  @Test("A key that is repeated in one object is refused, even where it changes nothing")
  func duplicates() {
    let tensor = Self.tensor("x", shape: "[4]", offsets: "[0,16]")
    for header in [
      "{\(tensor),\(tensor)}",
      "{\(tensor),\(tensor.replacing("x", with: "\\u0078"))}",
      "{\"__metadata__\":{},\"__metadata__\":{},\(tensor)}",
      "{\"__metadata__\":{\"k\":\"v\",\"k\":\"v\"},\(tensor)}",
      "{\(tensor.replacing("\"shape\"", with: "\"shape\":[4],\"shape\""))}",
    ] {
      Self.expectRefusal(header, "same key twice")
    }
  }

  @Test("Colons, quotes and brackets inside of names and metadata are no keys")
  func colonsInNames() throws {
    let file = SafetensorsFile(
      tensors: [.init(name: "a:\"{b}: '/* // \\", shape: [1], values: .int32([7]))],
      metadata: ["::": "\":\"", "//": "\\"])
    #expect(try SafetensorsFile(decoding: file.encoded()) == file)
  }

  @Test(
    "Metadata that are not strings are refused",
    arguments: ["1", "[]", "null", "\"x\"", "{\"a\":1}", "{\"a\":null}", "{\"a\":{\"b\":\"c\"}}"])
  func badMetadata(metadata: String) {
    Self.expectRefusal("{\"__metadata__\":\(metadata)}", "metadata", dataLength: 0)
  }

  @Test("A hostile name does not spill into the sentence")
  func longName() {
    Self.expectRefusal(
      "{\"\(String(repeating: "\\n", count: 10_000))\":{}}", "The tensor \"\\u000a\\u000a")
  }

  @Test("Tensors in any order of the header, without padding, with empty ones between, are read")
  func legal() throws {
    let header = [
      Self.tensor("b", shape: "[1,2]", offsets: "[8,16]"),
      Self.tensor("z", shape: "[3,0]", offsets: "[8,8]"),
      Self.tensor("y", shape: "[0]", offsets: "[16,16]"),
      Self.tensor("a", "I32", shape: "[2]", offsets: "[0,8]"),
    ].joined(separator: ",")
    let file = try SafetensorsFile(decoding: Self.file("{\(header)}\n", dataLength: 16))
    #expect(file.tensors.map(\.name) == ["a", "z", "b", "y"])
    #expect(file.tensors.map(\.shape) == [[2], [3, 0], [1, 2], [0]])
    #expect(file.tensors.first?.values == .int32([0x0101_0101, 0x0101_0101]))
  }
}
