import Reports
import TestSupport
import Testing

@Suite("Control characters do not reach a terminal")
struct ControlCharactersTests {
  /// Each control of ASCII and ISO 6429, each bidirectional control, and the separators of lines and paragraphs.
  static let controls: [Unicode.Scalar] =
    (Array(0...0x1F) + Array(0x7F...0x9F) + [0x061C, 0x200E, 0x200F, 0x2028, 0x2029]
    + Array(0x202A...0x202E)
    + Array(0x2066...0x2069)).compactMap { Unicode.Scalar(UInt32($0)) }

  @Test("Each is replaced, and nothing else is", arguments: controls)
  func replaced(control: Unicode.Scalar) throws {
    let text = "a\(Character(control))é训b"
    #expect(text.withoutControlCharacters == "a\u{FFFD}é训b")
    #expect(text.forTerminal == (control == "\n" ? text : "a\u{FFFD}é训b"))
    let table = try AnswerTests.words("na\(Character(control))me", [text])
    #expect(table == "na\u{FFFD}me\na\u{FFFD}é训b\n")
    #expect("a\u{301}\u{200D}\u{FEFF} x".withoutControlCharacters == "a\u{301}\u{200D}\u{FEFF} x")
  }

  @Test("A table's own bold heading passes, another sequence does not")
  func bold() throws {
    let text = try AnswerTests.words("name", ["\u{1B}[1mx"], isStyled: true)
    #expect(text == "\u{1B}[1mname\u{1B}[0m\n\u{FFFD}[1mx\n")
    #expect(text.forTerminal == text)
    #expect("\u{1B}[1mname\u{1B}[2J\u{1B}[0m".forTerminal == "\u{1B}[1mname\u{FFFD}[2J\u{1B}[0m")
  }

  @Test(
    "A quoted word of a command line is one word, and unchanged",
    arguments: [
      "runs.db", "a b.db", "it's", "", "~x", "$HOME", "a\u{1B}[2J\n.db", "训练/é.db", "*", "-x",
      "a;b", "#a",
    ])
  func shellWord(text: String) throws {
    let word = text.shellWord
    #expect(word.unicodeScalars.allSatisfy { !$0.isControl })
    let run = try CommandRun("bash", ["-c", "printf %s \(word)"]).output
    #expect(run == text)
  }
}
