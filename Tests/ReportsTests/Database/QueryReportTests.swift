import FoundationEssentials
import Reports
import RunModel
import Testing

@Suite("The answer to a question in SQL")
struct QueryReportTests {
  static let columns = ["a", "b \"c\""]
  static let rows: [[Cell]] = [
    [.integer(.min), .text("x\0y\u{1B}[31m\n\"z\", é")], [.missing, .missing],
    [.number(-.infinity), .bytes([0, 255, 16])], [.number(0.1), .text("")],
  ]

  func text(
    _ format: OutputFormat, columns: [String] = columns, _ rows: [[Cell]] = rows
  ) throws -> String {
    let written = Written()
    var report = QueryReport(format, isStyled: false) { written.text += $0 }
    try report.begin(columns: columns)
    for row in rows { try report.add(row) }
    try report.end()
    return written.text
  }

  final class Written {
    var text = ""
  }

  @Test("A table passes no control character on, and aligns columns of numbers right")
  func table() throws {
    #expect(
      try text(.table) == """
                           a  b "c"
        -9223372036854775808  x\u{FFFD}y\u{FFFD}[31m\u{FFFD}"z", é
                        NULL  NULL
                   -Infinity  3 bytes
                         0.1

        """)
    let heading = try text(.table, columns: ["\u{1B}[2J", "b"], [])
    #expect(heading == "\u{FFFD}[2J  b\n")
  }

  @Test("NDJSON refuses a column named as the version of its rows, which other formats have")
  func schema() throws {
    let error = #expect(throws: QueryReportError.self) {
      try text(.ndjson, columns: ["schema"], [[.integer(1)]])
    }
    #expect(error?.description.contains("named schema") == true)
    #expect(try text(.csv, columns: ["schema"], [[.integer(1)]]) == "schema\n1\n")
    #expect(try text(.json, columns: ["schema"], [[.integer(1)]]).contains("{\"schema\":1}"))
  }

  @Test("CSV quotes only where necessary, and has all bytes")
  func csv() throws {
    #expect(
      try text(.csv)
        == "a,\"b \"\"c\"\"\"\n-9223372036854775808,\"x\0y\u{1B}[31m\n\"\"z\"\", é\"\n,\n-Infinity,00FF10\n0.1,\n"
    )
  }

  struct Row: Decodable, Equatable {
    let a: String
    let b: String?

    enum CodingKeys: String, CodingKey {
      case a
      case b = "b \"c\""
    }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      b = try values.decodeIfPresent(String.self, forKey: .b)
      if try values.decodeNil(forKey: .a) {
        a = "null"
      } else if let number = try? values.decode(Int64.self, forKey: .a) {
        a = "\(number)"
      } else if let number = try? values.decode(Double.self, forKey: .a) {
        a = "\(number)"
      } else {
        a = try values.decode(String.self, forKey: .a)
      }
    }
  }

  @Test("JSON and NDJSON are well formed and have the same values")
  func json() throws {
    struct Document: Decodable {
      let schema: Int
      let columns: [String]
      let rows: [Row]
    }
    let document = try JSONDecoder().decode(Document.self, from: Data(text(.json).utf8))
    #expect(document.schema == 2 && document.columns == Self.columns)
    #expect(document.rows.map(\.a) == ["\(Int64.min)", "null", "-Infinity", "0.1"])
    #expect(document.rows.map(\.b) == ["x\0y\u{1B}[31m\n\"z\", é", nil, "00FF10", ""])
    let lines = try text(.ndjson).split(separator: "\n").map {
      try JSONDecoder().decode(Row.self, from: Data($0.utf8))
    }
    #expect(lines == document.rows)
    #expect(
      try text(.json, [])
        == "{\"schema\":2,\n\"finding\":[],\n\"notes\":[],\n\"columns\":[\"a\",\"b \\\"c\\\"\"],\n\"rows\":[\n]}\n"
    )
  }

  @Test("Two columns of one name are refused in JSON, where one would hide the other")
  func sameNames() throws {
    for format in [OutputFormat.json, .ndjson] {
      let error = #expect(throws: QueryReportError.self) {
        try text(format, columns: ["a", "a"], [[.integer(1), .integer(2)]])
      }
      #expect(error?.description.contains("named a") == true)
    }
    #expect(try text(.csv, columns: ["a", "a"], [[.integer(1), .integer(2)]]) == "a,a\n1,2\n")
  }
}
