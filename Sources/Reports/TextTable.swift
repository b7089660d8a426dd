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

  /// The table in aligned columns, its heading bold where `isStyled`.
  package func aligned(isStyled: Bool) -> String {
    // What could move the cursor or forge a line is not passed on to a terminal.
    let printable = rows.map { $0.map(\.withoutControlCharacters) }
    let widths = columns.indices.map { column in
      ([columns[column].title] + printable.map { $0[column] }).map(\.count).max() ?? 0
    }
    func line(_ cells: [String]) -> String {
      var text = ""
      for (column, cell) in cells.enumerated() {
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        text +=
          (column == 0 ? "" : "  ") + (columns[column].isNumeric ? padding + cell : cell + padding)
      }
      while text.last == " " { text.removeLast() }
      return text
    }
    let heading = line(columns.map(\.title))
    let styledHeading = isStyled ? "\u{1B}[1m\(heading)\u{1B}[0m" : heading
    return ([styledHeading] + printable.map(line)).map { $0 + "\n" }.joined()
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

extension String {
  /// The text with each control character replaced by "�".
  package var withoutControlCharacters: String {
    var text = ""
    for scalar in unicodeScalars {
      text.unicodeScalars.append(
        scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar)
    }
    return text
  }
}
