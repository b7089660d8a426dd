import Testing

@testable import Reports

@Suite("The size of a table")
struct TableLimitsTests {
  static func text(_ rows: [[String]], width: Int?, notes: [String] = []) throws -> String {
    let columns = ["layer", "kind", "empty", "value", "units"].map { Column.text($0) }
    let table = AnswerTable("row", columns) { writer in
      for row in rows { try writer.row(row.map { $0 as any CellConvertible }) }
    }
    var text = ""
    try Answer(finding: notes.isEmpty ? nil : "It was found.", notes: notes, [table]).write(
      .table, isStyled: false, within: .short(width: width, wayToAll: "all of it elsewhere")
    ) { text += $0 }
    return text
  }

  static let rows = [["first", "same", "", "1.5", "64"], ["second", "same", "", "2.5", "32"]]

  @Test("Where there is room it has all columns")
  func wide() throws {
    let all = """
      layer   kind  empty  value  units
      first   same         1.5    64
      second  same         2.5    32

      """
    #expect(try Self.text(Self.rows, width: nil) == all)
    #expect(try Self.text(Self.rows, width: 33) == all)
  }

  @Test("Else the empty columns go first, then those of one value, then the last ones")
  func narrow() throws {
    #expect(
      try Self.text(Self.rows, width: 32) == """
        layer   kind  value  units
        first   same  1.5    64
        second  same  2.5    32

        """)
    #expect(
      try Self.text(Self.rows, width: 25) == """
        layer   value  units
        first   1.5    64
        second  2.5    32
        # in every row: kind same

        """)
    #expect(
      try Self.text(Self.rows, width: 19)
        == """
        layer   value
        first   1.5
        second  2.5
        # in every row:
        #   kind same
        # no room for
        #   units; all of
        #   it elsewhere

        """)
    // The first two columns stay, however narrow the terminal is.
    #expect(try Self.text(Self.rows, width: 1).hasPrefix("layer   value\n"))
  }

  @Test("A single row has no column of one value, and a table without rows keeps its heading")
  func few() throws {
    #expect(try Self.text([Self.rows[0]], width: 28).hasPrefix("layer  kind  value  units\n"))
    #expect(try Self.text([], width: 20).hasPrefix("layer  kind  empty\n"))
  }

  @Test("Sentences are broken between words to the width of the terminal")
  func sentences() throws {
    let text = try Self.text(
      [], width: 20, notes: ["One two three four five six.", "Averyveryverylongword."])
    #expect(
      text.hasPrefix(
        "It was found.\n# One two three four\n#   five six.\n# Averyveryverylongword.\n"), "\(text)"
    )
  }

  @Test("Of many layers the worst come first: NaN, then the largest, and undefined ones last")
  func worst() {
    let figures: [Double?] = [1, nil, 3, .nan] + (0..<20).map { Double($0) / 100 }
    let worst = WorstFirst.of(Array(figures.indices)) { [figures[$0]] }
    #expect(worst.count == WorstFirst.limit && worst.prefix(4) == [3, 2, 0, 23])
    #expect(WorstFirst.of([1, 2]) { [Double($0)] } == [1, 2])
    #expect(WorstFirst.sorted([1, 2]) { [nil, Double($0)] } == [2, 1])
    #expect(WorstFirst.note(20, "x") == nil && WorstFirst.note(21, "x") == "20 of 21 layers, x")
  }
}
