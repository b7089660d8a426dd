import Reports
import Testing

@Suite("Tables of text")
struct TextTableTests {
  static func table() -> TextTable {
    var table = TextTable([.text("name"), .number("value")])
    table.add(["a", "1"])
    table.add(["longer", "1000000"])
    return table
  }

  @Test("Words stand left, numbers right, and no line ends in spaces")
  func aligned() {
    #expect(
      Self.table().aligned(isStyled: false) == """
        name      value
        a             1
        longer  1000000

        """)
  }

  @Test("The heading is bold on a terminal")
  func styled() {
    #expect(Self.table().aligned(isStyled: true).hasPrefix("\u{1B}[1mname      value\u{1B}[0m\n"))
  }

  @Test("A name can't reach the terminal as control codes or forge a line")
  func hostile() {
    var table = TextTable([.text("name")])
    table.add(["\u{1B}[2Jgone\nforged"])
    let text = table.aligned(isStyled: false)
    #expect(!text.contains("\u{1B}"))
    #expect(text.split(separator: "\n").count == 2)
  }

  @Test("Comma-separated values quote what they must")
  func commaSeparated() {
    #expect(
      CommaSeparated.line(["plain", "a,b", "say \"x\"", "two\nlines", ""])
        == "plain,\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",\n")
    #expect(Self.table().commaSeparated == "name,value\na,1\nlonger,1000000\n")
  }

  @Test("JSON keeps numbers that are not finite as words")
  func json() throws {
    #expect(
      try JSONOutput.line([1.5, .nan, .infinity, -.infinity])
        == "[1.5,\"NaN\",\"Infinity\",\"-Infinity\"]")
  }
}
