package import RunModel
import ShiftAnalysis

/// Writes the rows of an answer in one format, each piece as soon as it is long enough.
///
/// A row is written cell by cell, so that a long answer needs no memory for its rows.
package class RowWriter {
  /// Whom the format is for: `people` or `programs`.
  final let reader: Audience
  /// The size of its tables.
  final let limits: TableLimits
  /// Whether a table of many layers has the worst alone.
  final var isBrief: Bool { limits.isBrief }
  /// The number of steps that the table has of its longest series, and the number of all of them; nil where it has all.
  final private(set) var steps: (shown: Int, all: Int)?
  /// Text that is not written yet.
  final var pending = TextBuffer()
  /// The columns of the table.
  final private(set) var columns: [Column] = []
  /// Whether rows say which table they are of.
  final private(set) var hasSeveralTables = false
  /// The names of the columns of all tables, also of those that this format leaves out.
  final var allNames: Set<String> = []
  /// The notes below the tables of a short answer; a table may add to them while it is written.
  final var explanations: [String] = []
  /// The place of the next cell in its row.
  final private var place = 0
  final private var isRowOpen = false
  final private var sharedCount = 0
  final private let output: (_ text: String) throws -> Void

  private static let pieceBytes = 1 << 16

  /// Makes a writer whose text goes to `append`.
  init(
    for reader: Audience, _ limits: TableLimits,
    _ append: @escaping (_ text: String) throws -> Void
  ) {
    self.reader = reader
    self.limits = limits
    output = append
  }

  // MARK: - Rows

  /// Begins each of the rows that follow with `values`, until the next call.
  package final func share(_ values: [any CellConvertible]) {
    precondition(!isRowOpen, "A row must end before others share cells.")
    sharedCount = values.count
    share(cells: values.map(\.cell))
  }

  /// Adds a cell to the row.
  package final func append(_ cell: Cell) {
    if !isRowOpen {
      isRowOpen = true
      place = sharedCount
      openRow()
    }
    write(cell, at: place)
    place += 1
  }

  /// Ends the row.
  ///
  /// - Precondition: the row has one cell for each column.
  /// - Throws: what the writer's `append` throws.
  package final func endRow() throws {
    precondition(
      isRowOpen && place == columns.count,
      "A row of \(place) cells does not fit a table of \(columns.count) columns.")
    isRowOpen = false
    closeRow()
    if pending.count >= RowWriter.pieceBytes { try flush() }
  }

  /// Adds a row of `values`, after the shared ones.
  ///
  /// - Throws: what the writer's `append` throws.
  package final func row(_ values: any CellConvertible...) throws {
    try row(values)
  }

  /// Adds a row of `values`, after the shared ones.
  ///
  /// - Throws: what the writer's `append` throws.
  package final func row(_ values: [any CellConvertible]) throws {
    for value in values { append(value.cell) }
    try endRow()
  }

  /// The points of a series that the table has: all of them; or in a short table a few, evenly chosen, the first and the
  /// last among them, or the last alone.
  package final func chosen<Points: RandomAccessCollection<Element>, Element>(
    of points: Points, lastAlone: Bool = false
  ) -> some Sequence<Element> {
    let isShort = isBrief && lastAlone
    let places = StepSelection.places(
      among: points.count, atMost: isShort ? 1 : limits.stepCount)
    if !isShort, places.count < points.count, points.count > steps?.all ?? 0 {
      steps = (places.count, points.count)
    }
    return places.lazy.map { points[points.index(points.startIndex, offsetBy: $0)] }
  }

  // MARK: - The answer

  /// Begins an answer whose tables have these columns.
  final func begin(finding: [String], notes: [String], _ tables: [[Column]]) {
    hasSeveralTables = tables.count > 1
    let seen = tables.map { $0.filter { $0.audience.includes(reader) }.map(\.name) }
    begin(finding: finding, notes: notes, tables: seen)
  }

  /// Begins a table.
  final func beginTable(_ name: String, _ isOneFactALine: Bool, _ columns: [Column]) {
    self.columns = columns
    steps = nil
    sharedCount = 0
    beginTable(named: name, isOneFactALine)
    share(cells: [])
  }

  /// Ends the table.
  final func endTable() throws {
    try closeTable { if self.pending.count >= RowWriter.pieceBytes { try self.flush() } }
  }

  /// Ends the answer.
  final func end() throws {
    close()
    try flush()
  }

  private final func flush() throws {
    guard pending.count > 0 else { return }
    try output(pending.text)
    pending.removeAll()
  }

  // MARK: - Overridden by each format

  /// Writes the beginning of the answer, whose tables have columns of these names.
  func begin(finding: [String], notes: [String], tables: [[String]]) {}
  /// Writes the beginning of a table.
  func beginTable(named name: String, _ isOneFactALine: Bool) {}
  /// Keeps the cells that the next rows begin with.
  func share(cells: [Cell]) {}
  /// Writes the beginning of a row, the shared cells included.
  func openRow() {}
  /// Writes a cell.
  func write(_ cell: Cell, at place: Int) {}
  /// Writes the end of a row.
  func closeRow() {}
  /// Writes the end of a table; calls `written` after each long piece.
  func closeTable(written: () throws -> Void) throws {}
  /// Writes the end of the answer.
  func close() {}
}
