import RunModel
import StrictJSON

/// The common part of the writers for people: rounded values, no columns that only programs need, one fact on each line.
class PeopleWriter: RowWriter {
  /// The columns that are shown.
  final private(set) var shown: [Column] = []
  final private var shared: [Cell] = []
  final private var isOneFactALine = false

  /// Makes a writer whose text goes to `append`.
  init(_ limits: TableLimits, _ append: @escaping (_ text: String) throws -> Void) {
    super.init(for: .people, limits, append)
  }

  override final func beginTable(named name: String, _ isOneFactALine: Bool) {
    self.isOneFactALine = isOneFactALine
    shown =
      isOneFactALine
      ? [Column.text("key").key, .text("value").prose]
      : columns.filter { $0.audience.includes(reader) }
    beginRows(named: name)
  }

  override final func share(cells: [Cell]) {
    shared = cells
  }

  override final func openRow() {
    if !isOneFactALine { openLine() }
    for (place, cell) in shared.enumerated() { write(cell, at: place) }
  }

  override final func write(_ cell: Cell, at place: Int) {
    let column = columns[place]
    guard column.audience.includes(reader) else { return }
    guard isOneFactALine else { return write(cell, in: column) }
    if case .json(let value) = cell {
      for (key, value) in value.flattened {
        writeFact(key.isEmpty ? column.title : "\(column.title).\(key)", value.text)
      }
    } else if case let text = column.text(cell), !text.isEmpty {
      writeFact(column.title, text)
    }
  }

  override final func closeRow() {
    if !isOneFactALine { closeLine() }
  }

  private func writeFact(_ key: String, _ value: String) {
    openLine()
    write(.text(key), in: shown[0])
    write(.text(value), in: shown[1])
    closeLine()
  }

  /// Begins the rows of a table.
  func beginRows(named name: String) {}
  /// Begins a line.
  func openLine() {}
  /// Writes a cell of a column that is shown.
  func write(_ cell: Cell, in column: Column) {}
  /// Ends a line.
  func closeLine() {}
}
