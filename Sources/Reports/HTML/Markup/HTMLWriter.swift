import RunModel

/// Writes the tables of an answer as elements of a page, with the rounded numbers of the aligned table.
final class HTMLWriter: PeopleWriter {
  /// The tables with rows, one below the other.
  private(set) var tables: HTML = ""
  private var name = ""
  private var rows: HTML = ""
  private var row: HTML = ""

  override func beginRows(named name: String) {
    self.name = name
    rows = ""
  }

  override func openLine() { row = "" }

  override func write(_ cell: Cell, in column: Column) {
    let text = column.text(cell)
    let isException = column.exceptions.contains(text)
    let names = [column.kind == .number ? "number" : "", isException ? "bad" : ""]
      .filter { !$0.isEmpty }.joined(separator: " ")
    let kind: HTML = names.isEmpty ? "" : " class=\"\(names)\""
    row += "<td\(kind)><bdi>\(text.withoutControlCharacters)</bdi></td>"
  }

  override func closeLine() { rows += "<tr>\(row)</tr>\n" }

  override func closeTable(written: () throws -> Void) throws {
    guard !rows.markup.isEmpty else { return }
    let headings = shown.map { column -> HTML in
      let kind: HTML = column.kind == .number ? " class=\"number\"" : ""
      return "<th scope=\"col\"\(kind)>\(column.title)</th>"
    }
    tables += """
      <div class="scroll"><table class="answer \(name)" aria-label="\(name)">
      <thead><tr>\(headings)</tr></thead>
      <tbody>
      \(rows)</tbody>
      </table></div>

      """
  }
}

extension Answer {
  /// The tables as parts of a page, short ones where `isBrief`, each with what it leaves out.
  ///
  /// - Throws: what the rows throw.
  package func tables(isBrief: Bool) throws -> HTML {
    let writer = HTMLWriter(isBrief ? .short(width: nil, wayToAll: "") : .none) { _ in }
    for table in tables where table.isIn(writer) {
      writer.beginTable(table.name, table.layout == .facts, table.columns)
      try table.writeRows(writer)
      try writer.endTable()
    }
    guard isBrief, let omission else { return writer.tables }
    return "\(writer.tables)<p class=\"note\">Shown: \(omission).</p>\n"
  }

  /// The finding: the first sentence large, the others below.
  package var findingHTML: HTML {
    guard let first = finding.first else { return "" }
    let rest = finding.dropFirst().map { "<p>\($0.withoutControlCharacters)</p>\n" as HTML }
    return "<p class=\"finding\">\(first.withoutControlCharacters)</p>\n\(rest)"
  }

  /// The notes, folded.
  package var notesHTML: HTML {
    guard !notes.isEmpty else { return "" }
    let items = notes.map { "<li>\($0.withoutControlCharacters)</li>\n" as HTML }
    return """
      <details class="reading"><summary>What the numbers mean</summary>
      <ul>
      \(items)</ul></details>

      """
  }
}
