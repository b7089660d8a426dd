import Reports
import RunModel
import StrictJSON
import Testing

@Suite("An answer in each format")
struct AnswerTests {
  static let columns: [Column] = [
    .text("run").for(.programs), .text("name"), .number("value"), .share("share"),
    .text("is_good"), .any("nested").withMissing("-"),
  ]
  static var rows: [[any CellConvertible]] {
    [
      ["a", 1, 0.5, true, 7], ["long|er", 0.1 + 0.2, 2.0 / 3, false, Cell.missing],
      [
        "x, \"y\"", -Double.infinity, Double.nan, Bool?.none,
        JSONValue.array([.integer(1), .null]),
      ],
    ]
  }

  static func answer(finding: [String] = []) -> Answer {
    let table = AnswerTable("thing", columns) { rows in
      rows.share(["id-1"])
      for row in Self.rows { try rows.row(row) }
    }
    return Answer(finding: finding, notes: ["A \"note\"."], [table])
  }

  /// An answer of one column of words.
  static func words(_ title: String, _ words: [String], isStyled: Bool = false) throws -> String {
    let table = AnswerTable("word", [.text(title)]) { rows in
      for word in words { try rows.row(word) }
    }
    var text = ""
    try Answer([table]).write(.table, isStyled: isStyled) { text += $0 }
    return text
  }

  @Test("In a table words are left, numbers right and rounded, and no line ends in spaces")
  func aligned() throws {
    #expect(
      try Self.answer(finding: ["It is so."]).text(.table) == """
        It is so.
        # A "note".
        name         value   share  is_good  nested
        a                1  0.5000  yes      7
        long|er     0.3000  0.6667  no       -
        x, "y"   -Infinity     NaN           1,none

        """)
  }

  @Test("The heading of a table is bold on a terminal")
  func styled() throws {
    #expect(
      try Self.words("name", ["a"], isStyled: true) == "\u{1B}[1mname\u{1B}[0m\na\n")
  }

  @Test("A name can't reach the terminal as control codes or forge a line")
  func hostile() throws {
    let text = try Self.words("name", ["\u{1B}[2Jgone\nforged"])
    #expect(!text.contains("\u{1B}"))
    #expect(text.split(separator: "\n").count == 2)
  }

  @Test("CSV has every column and digit, and quotes only where necessary")
  func commaSeparated() throws {
    #expect(
      try Self.answer().text(.csv) == #"""
        run,name,value,share,is_good,nested
        id-1,a,1,0.5,true,7
        id-1,long|er,0.30000000000000004,0.6666666666666666,false,
        id-1,"x, ""y""",-Infinity,NaN,,"[1,null]"

        """#)
  }

  @Test("JSON has the same rows as objects, and numbers that are not finite as words")
  func json() throws {
    let rows = [
      #""run":"id-1","name":"a","value":1,"share":0.5,"is_good":true,"nested":7}"#,
      #""run":"id-1","name":"long|er","value":0.30000000000000004,"share":0.6666666666666666,"is_good":false,"nested":null}"#,
      #""run":"id-1","name":"x, \"y\"","value":"-Infinity","share":"NaN","is_good":null,"nested":[1,null]}"#,
    ]
    #expect(
      try Self.answer(finding: ["It is so."]).text(.json) == """
        {"schema":2,
        "finding":[
        "It is so."],
        "notes":[
        "A \\"note\\"."],
        "columns":["run","name","value","share","is_good","nested"],
        "rows":[
        \(rows.map { "{" + $0 }.joined(separator: ",\n"))
        ]}

        """)
    #expect(
      try Self.answer().text(.ndjson) == rows.map { "{\"schema\":2,\($0)\n" }.joined())
  }

  @Test("Markdown is the table for people, with its special characters escaped")
  func markdown() throws {
    #expect(
      try Self.answer(finding: ["It is so."]).text(.md) == """
        It is so.

        - A "note".

        | name | value | share | is_good | nested |
        | --- | ---: | ---: | --- | --- |
        | a | 1 | 0.5000 | yes | 7 |
        | long\\|er | 0.3000 | 0.6667 | no | - |
        | x, "y" | -Infinity | NaN |  | 1,none |

        """)
  }

  @Test("Rows of several kinds name their kind, and share columns in CSV")
  func kinds() throws {
    let facts = AnswerTable("fact", layout: .facts, [.text("run"), .number("size")]) {
      try $0.row("id-1", 4)
    }
    let parts = AnswerTable("part", [.text("run"), .number("layer"), .number("size")]) {
      try $0.row("id-1", 1, 2)
    }
    let answer = Answer([facts, parts])
    #expect(
      try answer.text(.csv) == "record,run,layer,size\nfact,id-1,,4\npart,id-1,1,2\n")
    #expect(
      try answer.text(.ndjson) == """
        {"schema":2,"record":"fact","run":"id-1","size":4}
        {"schema":2,"record":"part","run":"id-1","layer":1,"size":2}

        """)
    #expect(
      try answer.text(.table)
        == "key   value\nrun   id-1\nsize  4\n\nrun   layer  size\nid-1      1     2\n")
  }

  @Test("A long answer is written piece by piece")
  func pieces() throws {
    let table = AnswerTable("row", [.number("i")]) { rows in
      for row in 0..<100_000 { try rows.row(row) }
    }
    for format in [OutputFormat.csv, .json, .ndjson, .md, .table] {
      var sizes: [Int] = []
      try Answer([table]).write(format, isStyled: false) { sizes.append($0.utf8.count) }
      #expect(sizes.count > 5 && sizes.allSatisfy { $0 < 70_000 }, "\(format): \(sizes)")
    }
  }
}
