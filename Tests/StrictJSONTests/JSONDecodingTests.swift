import StrictJSON
import TestSupport
import TestSupport
import Testing

@Suite("Configurations in JSON with comments")
struct JSONDecodingTests {
  static func decode(_ text: String) throws(JSONError) -> SampleConfiguration {
    try JSONValue(commented: Array(text.utf8), named: "a.json").decode(
      SampleConfiguration.self, named: "a.json")
  }

  /// Expects that a text is refused with exactly this sentence.
  static func expectRefusal(_ text: String, _ sentence: String) {
    let error = #expect(throws: JSONError.self, "\(text.prefix(200))") {
      try decode(text)
    }
    #expect(error?.description == sentence)
  }

  @Test("Comments, trailing commas and a byte order mark are taken")
  func friendly() throws {
    let text = """
      \u{FEFF}// "layers": [ {
      {
        "learning_rate": 5e-1, // a colon: here
        /* and "here": { */ "seed": 18446744073709551615,
        "shuffles": false, "name": "// no /* comment: \\"\\u00e9\\n",
        "layers": [{"units": 3.0}, {"units": 4, "activation": "tanh", "scale": 2,},],
        "tags": {"a:b": ":", "/": "'"}
      } // the end
      """
    var wanted = SampleConfiguration()
    wanted.learningRate = 0.5
    wanted.seed = .max
    wanted.shuffles = false
    wanted.name = "// no /* comment: \"é\n"
    wanted.layers = [.init(units: 3), .init(units: 4)]
    wanted.layers[1].activation = .tanh
    wanted.layers[1].scale = 2
    wanted.tags = ["a:b": ":", "/": "'"]
    #expect(try Self.decode(text) == wanted)
    #expect(try Self.decode(text.replacing("\n", with: "\r\n")) == wanted)
    #expect(try Self.decode("{}") == SampleConfiguration())
  }

  @Test("A text without a value is refused", arguments: ["", " \n\t", "// {}\n", "/* {} */"])
  func empty(text: String) {
    Self.expectRefusal(text, "a.json is empty; write a JSON object into it.")
  }

  @Test("A text in another encoding than UTF-8 is refused")
  func encoding() {
    let texts: [[UInt8]] = [
      [0xFF, 0xFE, 0x7B, 0, 0x7D, 0], [0x7B, 0, 0x7D, 0], [0, 0, 0, 0x7B],
      [0x7B, 0x22, 0xE9, 0x22, 0x3A, 0x31, 0x7D],
    ]
    for text in texts {
      let error = #expect(throws: JSONError.self) {
        try JSONValue(commented: text, named: "a.json").decode(
          SampleConfiguration.self, named: "a.json")
      }
      #expect(error?.description == "a.json is not text in UTF-8; save it as that.")
    }
  }

  @Test(
    "A text that is not JSON is refused with the line",
    arguments: [
      ("{", "line 1"), ("nonsense", "line 1"), ("{}\n\n{}", "line 3"),
      ("{\n\"seed\": 1\n\"name\": \"x\"\n}", "line 3"),
      ("{\n\"seed\": 1,\n\"name\": \"x,\n\"tags\": {}}", "line 3"),
      ("{\n\"layers\": [\n{\"units\": 1},\n{\"units\" 2},\n{\"units\": 3}]}", "line 4"),
      ("{\n\"layers\": [\n{\"units\": 1}\n", "line 3"),
      ("{\"seed\": 1,\n\n,\"name\": \"\"}", "line 3"),
      ("{\"layers\": [1}\n]", "line 1"), ("{\n\"seed\": 1]", "line 2"),
      ("{/* // \"\n */ \"seed\": tru, \"name\": \"\"}", "line 2"), ("/*", "line 1"),
      ("{\n} // \n/* {", "line 3"), ("{\n,}", "line 2"), ("{\"layers\": [\n,]}", "line 2"),
      ("{\"layers\": [{\"units\": 1}\n,,]}", "line 2"), ("{\"seed\":\n,}", "line 2"),
      ("{\n\"seed\": NaN}", "line 2"), ("{\n\"seed\": -Infinity}", "line 2"),

      ("{\n\"seed\": 0x10}", "line 2"), ("{\n'seed': 1}", "line 2"), ("{\nseed: 1}", "line 2"),
    ])
  func notJSON(text: String, place: String) {
    Self.expectRefusal(
      text,
      "a.json is not valid JSON on \(place); look for a missing or misplaced comma, quote or bracket."
    )
  }

  @Test(
    "A control character in a string is refused and named",
    arguments: [("\t", "0009"), ("\u{1B}", "001b"), ("\u{1}", "0001")])
  func controlCharacter(character: String, digits: String) {
    for text in ["{\n\"name\": \"a\(character)b\"}", "{\n\"na\(character)me\": 1}"] {
      Self.expectRefusal(
        text,
        "a.json has the control character \\u\(digits) inside a string on line 2; write it as it stands here."
      )
    }
  }

  @Test("A text of a million values is refused by its one fault, as a small one is")
  func large() {
    let values = String(repeating: "1,\n", count: 1_000_000)
    for (end, line) in [
      ("x]}", 1_000_002), ("1 1]}", 1_000_002), ("1]", 1_000_002), ("\"a]}", 1_000_002),
    ] {
      Self.expectRefusal(
        "{\n\"layers\": [" + values + end,
        "a.json is not valid JSON on line \(line); look for a missing or misplaced comma, quote or bracket."
      )
    }
    let members = (0..<200_000).map { "\"key\($0)\": 1,\n" }.joined()
    Self.expectRefusal(
      "{\"tags\": {\(members)\"key7\": 2}}",
      "a.json repeats a key of the same object on line 200001; remove one of the two.")
    let name = String(repeating: "n", count: 3_000_000)
    let excerpt = name.prefix(60)
    let error = #expect(throws: JSONError.self) { try Self.decode("{\"\(name)\": 1}") }
    #expect(error?.description.contains("no key \"\(excerpt)…\"") == true)
  }

  @Test("Brackets in any depth are refused without a crash, open or closed")
  func depth() {
    for (open, close) in [("[", "]"), ("{\"layers\":", "}"), ("[{\"seed\":", "}]")] {
      let width = close.count
      for depth in [64, 66, 512, 514, 10_000] {
        let start = String(repeating: open, count: depth / width)
        for text in [start, start + "1" + String(repeating: close, count: depth / width)] {
          let error = #expect(throws: JSONError.self) { try Self.decode(text) }
          #expect(
            error?.description.contains("more than 64 nested brackets on line 1;") == (depth > 64))
        }
      }
    }
  }

  @Test(
    "A key that is repeated in one object is refused with its lines",
    arguments: [
      ("{\"seed\": 1, \"seed\": 1}", "line 1"),
      ("{\n\"seed\": 1,\n\"name\": \"\",\n\"seed\": 2,\n\"tags\": {}}", "line 4"),
      ("{\"layers\": [{\"units\": 1},\n{\"units\": 1,\n\"units\": 1}],\n\"seed\": 1}", "line 3"),
      ("{\"tags\": {\"a\": \"\"},\n\"tags\":\n{\"a\": \"\"}}", "line 2"),
      ("{\"seed\": 1,\n\"s\\u0065ed\": 1}", "line 2"),
    ])
  func repeatedKey(text: String, place: String) {
    Self.expectRefusal(
      text, "a.json repeats a key of the same object on \(place); remove one of the two.")
  }

  @Test(
    "A value of the wrong type is refused with its path, itself, and what is wanted",
    arguments: [
      ("[]", "a.json is a list, where an object is wanted."),
      ("3", "a.json is 3, where an object is wanted."),
      ("{\"seed\": \"1\"}", "seed in a.json is \"1\", where \(Self.natural) is wanted."),
      ("{\"seed\": null, \"name\": 1}", "name in a.json is 1, where a string is wanted."),
      ("{\"shuffles\": 1}", "shuffles in a.json is 1, where true or false is wanted."),
      (
        "{\"learning_rate\": true}", "learning_rate in a.json is true, where a number is wanted."
      ),
      ("{\"layers\": {}}", "layers in a.json is an object, where a list is wanted."),
      ("{\"layers\": [{\"units\": 1}, 2]}", "layers[1] in a.json is 2, where an object is wanted."),
      ("{\"layers\": [{}]}", "layers[0] in a.json lacks the key \"units\"."),
      (
        "{\"layers\": [{\"units\": 1}, {\"units\": 1}, {\"units\": [1]}]}",
        "layers[2].units in a.json is a list, where \(Self.whole) is wanted."
      ),
      (
        "{\"layers\": [{\"units\": null}]}",
        "layers[0].units in a.json is null, where \(Self.whole) is wanted."
      ),
      (
        "{\"layers\": [{\"units\": 1, \"activation\": \"swish\"}]}",
        "layers[0].activation in a.json is \"swish\", where one of \"relu\", \"tanh\" is wanted."
      ),
      (
        "{\"layers\": [{\"units\": 1, \"activation\": 1}]}",
        "layers[0].activation in a.json is 1, where a string is wanted."
      ),
      (
        "{\"layers\": [{\"units\": 0}]}",
        "layers[0] in a.json is wrong: A layer can't have 0 units; use 1 or more."
      ),
      ("{\"tags\": {\"a b\": 1}}", "tags[\"a b\"] in a.json is 1, where a string is wanted."),
    ])
  func wrongType(text: String, sentence: String) {
    Self.expectRefusal(text, sentence)
  }

  static let natural = "a whole number from 0 to 18446744073709551615"
  static let whole = "a whole number from -9223372036854775808 to 9223372036854775807"

  @Test(
    "A number that its type can't hold is refused with its path",
    arguments: [
      ("1e30", "1e+30"), ("1.5", "1.5"), ("9223372036854775808", "9223372036854775808"),
      ("-1e20", "-1e+20"),
      ("1e-", "a number beyond double precision or text that is not Unicode"),
      ("0.e+", "a number beyond double precision or text that is not Unicode"),
      ("01", "a number beyond double precision or text that is not Unicode"),
      ("1e400", "a number beyond double precision or text that is not Unicode"),
      ("\"\\ud800\"", "a number beyond double precision or text that is not Unicode"),
    ])
  func unfitInteger(number: String, excerpt: String) {
    Self.expectRefusal(
      "{\"layers\": [{\"units\": \(number)}]}",
      "layers[0].units in a.json is \(excerpt), where \(Self.whole) is wanted.")
  }

  @Test(
    "A number too large or too small for a Double is refused")
  func unfitDouble() throws {
    for number in ["1e400", "-1e400", "1e-400"] {
      Self.expectRefusal(
        "{\"learning_rate\": \(number)}",
        "learning_rate in a.json is a number beyond double precision or text that is not Unicode, where a number is wanted."
      )
    }
    Self.expectRefusal("{\"seed\": -1}", "seed in a.json is -1, where \(Self.natural) is wanted.")
  }

  @Test("2000 damaged texts are taken or refused in one sentence")
  func mutations() {
    let text = """
      {
        // comment
        "learning_rate": 0.5, "seed": 12, "name": "a",
        "layers": [{"units": 3, "scale": 1.5}, {"units": 4, "activation": "tanh"}],
        "tags": {"a": "b"}, /* end */
      }
      """
    let telling = Array("{}[]:,\"'\\/*-+.0189eENItn\n\r".utf8) + [0, 0xFF]
    var generator = SplitMix64(seed: 5)
    var taken = 0
    for _ in 0..<2000 {
      let damaged = mutated(Array(text.utf8), telling: telling, by: &generator)
      do {
        _ = try JSONValue(commented: damaged, named: "a.json").decode(
          SampleConfiguration.self, named: "a.json")
        taken += 1
      } catch {
        #expect(error.description.contains("a.json") && !error.description.contains("\n"))
      }
    }
    #expect(taken > 0 && taken < 1000)
  }
}
