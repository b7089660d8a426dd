import RunModel

/// Writes an answer for a terminal: notes behind "#", then tables in aligned columns, their headings bold where asked for.
///
/// The rows of a table are held until it ends, a few bytes a cell, as each decides the width of its columns.
final class AlignedWriter: PeopleWriter {
  private let isStyled: Bool
  private let limits: TableLimits
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
  init(
    isStyled: Bool, _ limits: TableLimits, _ append: @escaping (_ text: String) throws -> Void
  ) {
    self.isStyled = isStyled
    self.limits = limits
    super.init(isBrief: limits.isBrief, append)
  }

  override func begin(finding: String?, notes: [String], tables: [[String]]) {
    if let finding { append(lines: finding, after: "") }
    for note in notes { append(lines: note, after: "# ") }
  }

  /// Appends a sentence, on several lines where the terminal is narrow.
  private func append(lines text: String, after mark: String) {
    let text = text.withoutControlCharacters
    guard let width = limits.width else { return pending.append("\(mark)\(text)\n") }
    var line = mark
    var used = mark.count
    for (place, word) in text.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
      let wordWidth = word.displayWidth
      if place > 0 && used + 1 + wordWidth > width {
        pending.append("\(line)\n")
        line = mark + (mark.isEmpty ? "" : "  ")
        used = line.count
      } else if place > 0 {
        line += " "
        used += 1
      }
      line += word
      used += wordWidth
    }
    pending.append("\(line)\n")
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
    let fit = fit(bytes)
    var isShown = shown.map { _ in false }
    for column in fit.shown { isShown[column] = true }
    var start = 0
    for row in stride(from: 0, to: places.count, by: max(1, shown.count)) {
      if row == 0 && isStyled { pending.append(String.boldStart) }
      // Spaces are written only before what comes after them.
      var spaces = 0
      for column in shown.indices {
        let (end, width) = places[row + column]
        guard isShown[column] else {
          start = end
          continue
        }
        let padding = max(0, widths[column] - width)
        if column != fit.shown.first { spaces += 2 }
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
    appendNotes(on: fit, bytes)
  }

  /// The columns that there is room for.
  private func fit(_ bytes: [UInt8]) -> ColumnFit {
    let rowCount = shown.isEmpty ? 0 : places.count / shown.count
    func text(_ row: Int, _ column: Int) -> ArraySlice<UInt8> {
      let place = row * shown.count + column
      return bytes[(place > 0 ? places[place - 1].end : 0)..<places[place].end]
    }
    // The first row is the heading.
    return ColumnFit(
      widths, to: limits.width,
      isEmpty: { column in
        rowCount > 1 && (1..<rowCount).allSatisfy { text($0, column).isEmpty }
      },
      isConstant: { column in
        rowCount > 2 && (2..<rowCount).allSatisfy { text($0, column) == text(1, column) }
      })
  }

  /// Says below a table which columns are not in it.
  private func appendNotes(on fit: ColumnFit, _ bytes: [UInt8]) {
    func text(_ place: Int) -> String {
      String(
        decoding: bytes[(place > 0 ? places[place - 1].end : 0)..<places[place].end], as: UTF8.self)
    }
    if !fit.constant.isEmpty {
      let values = fit.constant.map { "\(shown[$0].title) \(text(shown.count + $0))" }
      append(lines: "in every row: \(values.joined(separator: ", "))", after: "# ")
    }
    if !fit.dropped.isEmpty {
      let titles = fit.dropped.map { shown[$0].title }.joined(separator: ", ")
      let all = limits.wayToAll.isEmpty ? "" : "; \(limits.wayToAll)"
      append(lines: "no room for \(titles)\(all)", after: "# ")
    }
  }
}
