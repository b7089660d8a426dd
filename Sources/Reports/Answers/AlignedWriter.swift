import RunModel

/// Writes an answer for a terminal: notes behind "#", then tables in aligned columns, their headings bold where asked for.
///
/// A short answer has the notes that explain its columns below its tables. The rows of a table are held until it ends, a few
/// bytes a cell, as each decides the width of its columns.
final class AlignedWriter: PeopleWriter {
  private let isStyled: Bool
  /// Whether something else than a table says that the table is empty.
  private var hasMore = false
  private var isFirst = true
  /// The names of the columns that are in the tables.
  private var shownNames: Set<String> = []
  /// The text of all cells, one after the other.
  private var cells = TextBuffer()
  private var places: [Place] = []
  private var widths: [Int] = []
  private var areNumbers: [Bool] = []

  /// Where the text of a cell ends in `cells`, and the columns of a terminal that it takes.
  private struct Place {
    let end: Int
    let width: Int
    let isException: Bool
  }

  /// The widest cell that its column makes room for in a table of any width; a longer text stands out in its own row alone.
  private static let widestCell = 200

  /// Makes a writer whose text goes to `append`.
  init(
    isStyled: Bool, _ limits: TableLimits, _ append: @escaping (_ text: String) throws -> Void
  ) {
    self.isStyled = isStyled
    super.init(limits, append)
  }

  override func begin(finding: [String], notes: [String], tables: [[String]]) {
    hasMore = !finding.isEmpty || tables.count > 1
    if !finding.isEmpty { append(lines: finding.joined(separator: " "), after: "") }
    let above = isBrief ? notes.prefix(1) : notes[...]
    for note in above { append(lines: note, after: "# ") }
    explanations = notes.dropFirst(above.count) + explanations
  }

  override func close() {
    for note in explanations where isAboutShown(note) { append(lines: note, after: "# ") }
  }

  /// Whether a note is about what is shown: one that explains columns, as in "nw2: normalized W2", must be about one of these.
  private func isAboutShown(_ note: String) -> Bool {
    let names = note.prefix { $0 != ":" }.split(separator: ", ").map(String.init)
    return !names.allSatisfy(allNames.contains) || names.contains(where: shownNames.contains)
  }

  /// Appends a sentence, on several lines where the terminal is narrow.
  private func append(lines text: String, after mark: String) {
    let text = text.withoutControlCharacters
    guard let width = limits.width else { return pending.append("\(mark)\(text)\n") }
    let later = mark.isEmpty ? "" : mark + "  "
    let lines = text.wrapped(toWidth: width - mark.count, laterWidth: width - later.count)
    for (place, line) in lines.enumerated() {
      pending.append("\(place > 0 ? later : mark)\(line)\n")
    }
  }

  override func beginRows(named name: String) {
    cells.removeAll()
    places.removeAll(keepingCapacity: true)
    widths = shown.map { _ in 0 }
    areNumbers = shown.map { $0.kind != .text }
    shownNames.insert(name)
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
    let text = column.text(cell)
    add(text, isException: isStyled && column.exceptions.contains(text))
  }

  private func add(_ text: String, isException: Bool = false) {
    // Control characters could move the cursor or forge a line on a terminal.
    let printable = text.withoutControlCharacters
    let width = printable.displayWidth
    cells.append(printable)
    let column = places.count % shown.count
    if limits.width != nil || width <= AlignedWriter.widestCell {
      widths[column] = max(widths[column], width)
    }
    places.append(Place(end: cells.count, width: width, isException: isException))
  }

  override func closeTable(written: () throws -> Void) throws {
    if isBrief && hasMore && places.count <= shown.count { return }
    if !isFirst { pending.append("\n") }
    isFirst = false
    let bytes = cells.utf8
    let fit = fit(bytes)
    for row in stride(from: 0, to: places.count, by: max(1, shown.count)) {
      if row == 0 && isStyled { pending.append(String.boldStart) }
      let more = append(row: row, bytes, fit)
      if row == 0 && isStyled { pending.append(String.styleEnd) }
      pending.append("\n")
      for line in more {
        let indent = fit.shown.dropLast().reduce(0) { $0 + fit.widths[$1] + 2 }
        pending.append(repeating: UInt8(ascii: " "), count: indent)
        pending.append("\(line)\n")
      }
      try written()
    }
    for column in fit.shown { shownNames.insert(shown[column].name) }
    for column in fit.constant { shownNames.insert(shown[column].name) }
    appendNotes(on: fit, bytes)
  }

  /// Appends the cells of a row.
  ///
  /// - Returns: the further lines of its last cell.
  private func append(row: Int, _ bytes: [UInt8], _ fit: ColumnFit) -> [String] {
    var more: [String] = []
    // Spaces are written only before what comes after them.
    var spaces = 0
    for column in fit.shown {
      let place = places[row + column]
      var text = bytes[start(row + column)..<place.end]
      var width = place.width
      if limits.width != nil, width > fit.widths[column] {
        let whole = String(decoding: text, as: UTF8.self)
        var part = whole
        if shown[column].isProse, column == fit.shown.last {
          more = whole.wrapped(toWidth: fit.widths[column], breaksWords: true)
          part = more.removeFirst()
        } else {
          part = whole.cutInMiddle(toWidth: fit.widths[column])
        }
        text = Array(part.utf8)[...]
        width = part.displayWidth
      }
      let padding = max(0, fit.widths[column] - width)
      if column != fit.shown.first { spaces += 2 }
      if areNumbers[column] { spaces += padding }
      if !text.isEmpty {
        pending.append(repeating: UInt8(ascii: " "), count: spaces)
        if place.isException { pending.append(String.exceptionStart) }
        pending.append(text)
        if place.isException { pending.append(String.styleEnd) }
        spaces = 0
      }
      if !areNumbers[column] { spaces += padding }
    }
    return more
  }

  /// Where the text of a cell begins.
  private func start(_ place: Int) -> Int { place > 0 ? places[place - 1].end : 0 }

  /// The columns that there is room for.
  private func fit(_ bytes: [UInt8]) -> ColumnFit {
    let rowCount = shown.isEmpty ? 0 : places.count / shown.count
    func text(_ row: Int, _ column: Int) -> ArraySlice<UInt8> {
      let place = row * shown.count + column
      return bytes[start(place)..<places[place].end]
    }
    // The first row is the heading.
    return ColumnFit(
      zip(shown, widths).map { column, width in
        ColumnFit.Candidate(
          width: width, least: min(width, column.leastWidth ?? width), rank: column.rank)
      },
      to: limits.width,
      isEmpty: { column in
        rowCount > 1 && (1..<rowCount).allSatisfy { text($0, column).isEmpty }
      },
      isConstant: { column in
        rowCount > 2 && (2..<rowCount).allSatisfy { text($0, column) == text(1, column) }
      })
  }

  /// Says below a table what is not in it.
  private func appendNotes(on fit: ColumnFit, _ bytes: [UInt8]) {
    func text(_ place: Int) -> String {
      String(decoding: bytes[start(place)..<places[place].end], as: UTF8.self)
    }
    if !fit.constant.isEmpty {
      let values = fit.constant.map { "\(shown[$0].title) \(text(shown.count + $0))" }
      append(lines: "in every row: \(values.joined(separator: ", "))", after: "# ")
    }
    if let steps {
      append(
        lines: limits.omitting("\(steps.shown) of \(steps.all) steps, evenly chosen"), after: "# ")
    }
    guard !fit.dropped.isEmpty else { return }
    let titles = fit.dropped.map { shown[$0].title }.joined(separator: ", ")
    let way =
      limits.wayToAll.isEmpty
      ? "a wider terminal shows" : "\(limits.wayToAll) or a wider terminal shows"
    append(lines: "\(way): \(titles)", after: "# ")
  }
}
