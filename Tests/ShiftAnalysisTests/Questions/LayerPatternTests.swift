import Testing

@testable import ShiftAnalysis

@Suite("A pattern of names")
struct LayerPatternTests {
  @Test(
    "Matches whole names as a shell matches them",
    arguments: [
      ("*", "layer3.1.bn2", true), ("*", "", true), ("layer3.*", "layer3.1.bn2", true),
      ("layer3.*", "layer3", false), ("layer3*", "layer3", true), ("*.bn2", "layer3.1.bn2", true),
      ("*.bn2", "layer3.1.bn2x", false), ("layer?.1.bn2", "layer3.1.bn2", true),
      ("layer?.1.bn2", "layer.1.bn2", false), ("l*1*2", "layer3.1.bn2", true),
      ("l*1*3", "layer3.1.bn2", false), ("layer[34].*", "layer4.0", true),
      ("layer[34].*", "layer2.0", false), ("layer[2-4]", "layer3", true),
      ("layer[!34]", "layer3", false), ("layer[^34]", "layer2", true),
      ("layer[]3]", "layer]", true), ("layer[3", "layer[3", true), ("layer[3", "layer3", false),
      ("layer[]", "layer[]", true), ("a[z-a]", "ab", false), ("a[a-]", "a-", true),
      (#"a\*"#, "a*", true), (#"a\*"#, "ab", false), (#"a\"#, #"a\"#, true), ("?", "é", true),
      ("**", "x", true), ("*?", "", false), ("BN*", "bn1", false),
    ])
  func matches(pattern: String, name: String, expected: Bool) throws {
    #expect(try #require(LayerPattern(pattern)).matches(name) == expected)
  }

  @Test("Is no pattern without a character that has a meaning", arguments: ["", "bn1", "a.b-c]"])
  func names(text: String) {
    #expect(LayerPattern(text) == nil)
  }

  @Test("Takes no time that grows with the power of its stars")
  func hostile() throws {
    let pattern = try #require(LayerPattern(String(repeating: "a*", count: 200) + "b"))
    #expect(!pattern.matches(String(repeating: "a", count: 2_000)))
    let sets = try #require(LayerPattern(String(repeating: "[", count: 100_000)))
    #expect(!sets.matches("["))
  }
}
