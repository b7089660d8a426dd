import RunModel

/// Writes an answer for a terminal: notes behind "#", then tables in aligned columns, their headings bold where asked for.
///
/// The rows of a table are held until it ends, a few bytes a cell, as each decides the width of its columns.
final class AlignedWriter: PeopleWriter {
  private let isStyled: Bool
  private var isFirst = true
  /// The text of all cells, one after the other.
  private var cells = TextBuffer()
  /// For each cell, where its text ends in `cells`, and the columns of a terminal that it takes.
  private var places: [(end: Int, width: Int)] = []
  private var widths: [Int] = []
  private var areNumbers: [Bool] = []

  /// The widest cell that its column makes room for; a longer text stands out in its own row alone.
  private static let widestCell = 200

  /// Makes a writer whose text goes to `append`.
  init(isStyled: Bool, _ append: @escaping (_ text: String) throws -> Void) {
    self.isStyled = isStyled
    super.init(append)
  }

  override func begin(finding: String?, notes: [String], tables: [[String]]) {
    if let finding { pending.append("\(finding.withoutControlCharacters)\n") }
    for note in notes { pending.append("# \(note.withoutControlCharacters)\n") }
  }

  override func beginRows(named name: String) {
    cells.removeAll()
    places.removeAll(keepingCapacity: true)
    widths = shown.map { _ in 0 }
    areNumbers = shown.map { $0.kind != .text }
    for column in shown { add(column.title) }
  }

  override func write(_ cell: Cell, in column: Column) {
    if column.kind == .any {
      switch cell {
      case .missing, .integer, .number: break
      case .text, .truth, .json, .bytes, .floats, .counts:
        areNumbers[places.count % shown.count] = false
      }
    }
    add(column.text(cell))
  }

  private func add(_ text: String) {
    // Control characters could move the cursor or forge a line on a terminal.
    let printable = text.withoutControlCharacters
    let width = printable.displayWidth
    cells.append(printable)
    let column = places.count % shown.count
    if width <= AlignedWriter.widestCell { widths[column] = max(widths[column], width) }
    places.append((cells.count, width))
  }

  override func closeTable(written: () throws -> Void) throws {
    if !isFirst { pending.append("\n") }
    isFirst = false
    let bytes = cells.utf8
    var start = 0
    for row in stride(from: 0, to: places.count, by: max(1, shown.count)) {
      if row == 0 && isStyled { pending.append(String.boldStart) }
      // Spaces are written only before what comes after them.
      var spaces = 0
      for column in shown.indices {
        let (end, width) = places[row + column]
        let padding = max(0, widths[column] - width)
        if column > 0 { spaces += 2 }
        if areNumbers[column] { spaces += padding }
        if end > start {
          pending.append(repeating: UInt8(ascii: " "), count: spaces)
          pending.append(bytes[start..<end])
          spaces = 0
        }
        if !areNumbers[column] { spaces += padding }
        start = end
      }
      if row == 0 && isStyled { pending.append(String.boldEnd) }
      pending.append("\n")
      try written()
    }
  }
}
