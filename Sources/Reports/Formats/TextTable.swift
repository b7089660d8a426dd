/// A table of text: aligned for people, or comma-separated for programs.
package struct TextTable: Sendable {
  /// A column's heading and the side that its cells stand on.
  package struct Column: Sendable {
    package let title: String
    let isNumeric: Bool

    /// A column of words, aligned left.
    package static func text(_ title: String) -> Column { Column(title: title, isNumeric: false) }

    /// A column of numbers, aligned right.
    package static func number(_ title: String) -> Column { Column(title: title, isNumeric: true) }
  }

  private let columns: [Column]
  private var rows: [[String]] = []

  /// Makes a table without rows.
  package init(_ columns: [Column]) {
    self.columns = columns
  }

  /// Adds a row.
  ///
  /// - Precondition: one cell for each column.
  package mutating func add(_ cells: [String]) {
    precondition(
      cells.count == columns.count,
      "A table of \(columns.count) columns can't take a row of \(cells.count) cells.")
    rows.append(cells)
  }

  /// What makes the heading bold, and what ends that.
  static let (boldStart, boldEnd) = ("\u{1B}[1m", "\u{1B}[0m")

  /// The widest cell that its column makes room for; a longer text stands out in its own row alone.
  private static let widestCell = 200

  /// The table in aligned columns, its heading bold where `isStyled`.
  package func aligned(isStyled: Bool) -> String {
    // What could move the cursor or forge a line is not passed on to a terminal.
    let printable = ([columns.map(\.title)] + rows).map { $0.map(\.withoutControlCharacters) }
    let cellWidths = printable.map { $0.map(\.displayWidth) }
    let widths = columns.indices.map { column in
      cellWidths.map { $0[column] }.filter { $0 <= TextTable.widestCell }.max() ?? 0
    }
    var text = ""
    for (row, cells) in printable.enumerated() {
      if row == 0 && isStyled { text += TextTable.boldStart }
      // Spaces are written only before what comes after them.
      var spaces = 0
      for (column, cell) in cells.enumerated() {
        let padding = max(0, widths[column] - cellWidths[row][column])
        if column > 0 { spaces += 2 }
        if columns[column].isNumeric { spaces += padding }
        if !cell.isEmpty {
          text += String(repeating: " ", count: spaces) + cell
          spaces = 0
        }
        if !columns[column].isNumeric { spaces += padding }
      }
      if row == 0 && isStyled { text += TextTable.boldEnd }
      text += "\n"
    }
    return text
  }

  /// The table as comma-separated values (RFC 4180, with line feeds).
  package var commaSeparated: String {
    ([columns.map(\.title)] + rows).map { CommaSeparated.line($0) }.joined()
  }
}

/// Comma-separated values, RFC 4180.
package enum CommaSeparated {
  /// One line, its cells quoted where they must be.
  package static func line(_ cells: [String]) -> String {
    cells.map { cell in
      let isPlain = !cell.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }
      guard !isPlain else { return cell }
      var quoted = "\""
      for character in cell.unicodeScalars {
        quoted.unicodeScalars.append(character)
        if character == "\"" { quoted.unicodeScalars.append(character) }
      }
      return quoted + "\""
    }.joined(separator: ",") + "\n"
  }
}
