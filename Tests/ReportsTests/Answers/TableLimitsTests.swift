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
    try Answer(finding: notes.isEmpty ? [] : ["It was found."], notes: notes, [table]).write(
      .table, isStyled: false, within: .short(width: width, wayToAll: "the file")
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
        # the file or a
        #   wider terminal
        #   shows: units

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
        "It was found.\n# One two three four\n#   five six.\n"), "\(text)")
    // The finding says that there is nothing; what explains the table is below its place.
    #expect(!text.contains("layer"), "\(text)")
    #expect(text.hasSuffix("# Averyveryverylongword.\n"), "\(text)")
  }

  /// A table with columns of all kinds, at a width.
  static func ranked(width: Int) throws -> String {
    let columns: [Column] = [
      Column.text("name").key, .number("detail").ranked(2), .number("nw2"),
      .text("status").excepting(["failed"]), Column.text("message").prose,
    ]
    let table = AnswerTable("row", columns) { rows in
      try rows.row("resnet50-bs256-lr0.1-cosine-seed1", 1.5, 0.25, "failed", "The disk was full.")
      try rows.row("a", 2.5, 12.125, "finished", "Nothing to say of it but many words.")
    }
    var text = ""
    try Answer(
      notes: ["one of two", "nw2: normalized W2", "detail: more", "detail, nw2: both", "x: y"],
      [table]
    ).write(.table, isStyled: true, within: .short(width: width, wayToAll: "--all")) { text += $0 }
    return text
  }

  @Test("Long texts are shortened first, then the columns of the highest rank go, with their notes")
  func ranks() throws {
    #expect(
      try Self.ranked(width: 84) == """
        # one of two
        \u{1B}[1mname                          detail     nw2  status    message\u{1B}[0m
        resnet50-bs25…1-cosine-seed1   1.500  0.2500  \u{1B}[1;31mfailed\u{1B}[0m    The disk was full.
        a                              2.500   12.13  finished  Nothing to say of it but
                                                                many words.
        # nw2: normalized W2
        # detail: more
        # detail, nw2: both
        # x: y

        """)
    #expect(
      try Self.ranked(width: 75) == """
        # one of two
        \u{1B}[1mname                            nw2  status    message\u{1B}[0m
        resnet50-bs25…-cosine-seed1  0.2500  \u{1B}[1;31mfailed\u{1B}[0m    The disk was full.
        a                             12.13  finished  Nothing to say of it but
                                                       many words.
        # --all or a wider terminal shows: detail
        # nw2: normalized W2
        # detail, nw2: both
        # x: y

        """)
  }

  @Test("A short table has a few steps of a long series, evenly chosen, with both ends")
  func steps() throws {
    func text(_ limits: TableLimits, count: Int) throws -> String {
      let table = AnswerTable("row", [.number("step")]) { rows in
        for step in rows.chosen(of: Array(0..<count)) { try rows.row(step) }
      }
      var text = ""
      try Answer([table]).write(.table, isStyled: false, within: limits) { text += $0 }
      return text
    }
    let short = TableLimits.short(width: 80, stepCount: 3, wayToAll: "--all")
    #expect(
      try text(short, count: 101)
        == "step\n   0\n  50\n 100\n# 3 of 101 steps, evenly chosen; --all shows all\n")
    #expect(try text(short, count: 3) == "step\n   0\n   1\n   2\n")
    let asked = TableLimits.short(width: 80, stepCount: nil, wayToAll: "--all")
    #expect(try text(asked, count: 101).split(separator: "\n").count == 102)
    #expect(try text(.none, count: 101).split(separator: "\n").count == 102)
    #expect(
      try text(.short(width: 80, wayToAll: ""), count: 21).hasSuffix(
        "# 20 of 21 steps, evenly chosen\n"))
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
