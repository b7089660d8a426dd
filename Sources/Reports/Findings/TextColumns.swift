/// Rows of texts in aligned columns.
enum TextColumns {
  /// The rows as lines: the first column to the left, the others to the right, but the last one of a row that has more than
  /// the heading to the left.
  ///
  /// Columns are two spaces apart.
  static func aligned(_ rows: [[String]]) -> [String] {
    let count = rows.first?.count ?? 0
    let widths = (0..<count).map { column in
      rows.map { column < $0.count ? $0[column].displayWidth : 0 }.max() ?? 0
    }
    return rows.map { row in
      let cells = row.enumerated().map { place, text -> String in
        guard place < count else { return text }
        let padding = String(repeating: " ", count: widths[place] - text.displayWidth)
        return place == 0 ? text + padding : padding + text
      }
      let line = cells.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }
}
