/// A table with a heading for each row and each column.
struct HTMLTable {
  /// A row: its heading, and a cell for each column.
  struct Row {
    let heading: HTML
    let cells: [HTML]
    /// Whether the cells differ from one another, which the row then says.
    var isMarked = false
  }

  let caption: HTML
  let corner: HTML
  let columns: [HTML]
  let rows: [Row]

  /// The table; one that is too wide for the page scrolls by itself.
  var html: HTML {
    let headings = columns.map { "<th scope=\"col\">\($0)</th>" as HTML }
    let body = rows.map { row -> HTML in
      let cells = row.cells.map { "<td>\($0)</td>" as HTML }
      let mark: HTML = row.isMarked ? " <span class=\"tag\">differs</span>" : ""
      let attribute: HTML = row.isMarked ? " class=\"differs\"" : ""
      return "<tr\(attribute)><th scope=\"row\">\(row.heading)\(mark)</th>\(cells)</tr>\n"
    }
    return """
      <div class="scroll"><table>
      <caption>\(caption)</caption>
      <thead><tr><th scope="col">\(corner)</th>\(headings)</tr></thead>
      <tbody>
      \(body)</tbody>
      </table></div>

      """
  }
}
