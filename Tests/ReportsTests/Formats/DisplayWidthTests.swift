import Reports
import Testing

@Suite("Text in columns of a terminal")
struct DisplayWidthTests {
  @Test(
    "A text is as wide as a terminal shows it",
    arguments: [
      ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("训练一", 6), ("ｱ", 1), ("Ａ", 2), ("한글", 4),
      ("\u{1112}\u{1161}", 2),
      ("🙂", 2), ("👩‍👩‍👧", 2), ("❤️", 2), ("❤", 1), ("🇩🇪", 2), ("a\u{200B}b", 2), ("日e\u{301}x", 4),
      ("αβγ", 3), ("–", 1),
    ])
  func width(text: String, columns: Int) {
    #expect(text.displayWidth == columns)
  }

  @Test(
    "A text is cut at a whole character, with a sign that it goes on",
    arguments: [
      ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("训练一", 6, "训练一"), ("训练一", 5, "训练…"),
      ("训练一", 4, "训…"),
      ("训练", 1, "…"), ("abc", 0, ""), ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
    ])
  func cut(text: String, columns: Int, expected: String) {
    #expect(text.cut(toWidth: columns) == expected)
    #expect(text.cut(toWidth: columns).displayWidth <= columns)
  }

  @Test("Columns line up behind wide characters and combining marks")
  func table() throws {
    let table = AnswerTable("row", [.text("name"), .number("value"), .text("end")]) { rows in
      for name in ["训练一", "abc", "e\u{301}e\u{301}", "🙂"] { try rows.row(name, 1, "x") }
    }
    let lines = try Answer([table]).text(.table).split(separator: "\n")
    #expect(Set(lines.dropFirst().map { $0.displayWidth }).count == 1)
    #expect(lines[1] == "训练一      1  x" && lines[2] == "abc         1  x")
  }

  @Test("A very long cell stands out in its own row alone")
  func longCell() throws {
    let long = String(repeating: "x", count: 5_000_000)
    let table = AnswerTable("row", [.text("key"), .text("value"), .text("end")]) { rows in
      try rows.row("note", long, "1")
      for row in 0..<1000 { try rows.row("a", "\(row)", "") }
    }
    let text = try Answer([table]).text(.table)
    #expect(text.utf8.count < 5_100_000)
    #expect(text.hasPrefix("key   value  end\nnote  \(long)  1\na     0\n"))
  }
}
