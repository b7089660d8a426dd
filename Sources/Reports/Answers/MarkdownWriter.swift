import RunModel

/// Writes an answer as Markdown: the notes as a list, the rows as tables, with the rounded numbers of the aligned table.
final class MarkdownWriter: PeopleWriter {
  override func begin(finding: [String], notes: [String], tables: [[String]]) {
    if !finding.isEmpty { pending.append("\(finding.joined(separator: " ").markdown)\n\n") }
    for note in notes { pending.append("- \(note.markdown)\n") }
    if !notes.isEmpty { pending.append("\n") }
  }

  private var isFirst = true

  override func beginRows(named name: String) {
    if !isFirst { pending.append("\n") }
    isFirst = false
    pending.append("|\(shown.map { " \($0.title.markdown) |" }.joined())\n")
    pending.append("|\(shown.map { $0.kind == .number ? " ---: |" : " --- |" }.joined())\n")
  }

  override func openLine() {
    pending.append("|")
  }

  override func write(_ cell: Cell, in column: Column) {
    pending.append(" \(column.text(cell).markdown) |")
  }

  override func closeLine() {
    pending.append("\n")
  }
}

extension String {
  /// The text with a backslash before what Markdown or HTML would act on, and without control characters.
  fileprivate var markdown: String {
    var text = ""
    var previous: Character = " "
    let characters = Array(withoutControlCharacters)
    for (place, character) in characters.enumerated() {
      let next = place + 1 < characters.count ? characters[place + 1] : " "
      // An underscore within a word, as in nw2_floor, is one.
      let isWithinWord =
        character == "_" && [previous, next].allSatisfy { $0.isLetter || $0.isNumber }
      if "\\|<*`[_~".contains(character) && !isWithinWord { text.append("\\") }
      text.append(character)
      previous = character
    }
    return text
  }
}
