import RunModel

/// The common part of the writers of CSV and JSON: a row is a beginning, which rows may share, cells, and an end.
class DelimitedWriter: RowWriter {
  /// The text before the cells of a row.
  final var rowStart: [UInt8] = []
  /// The text behind the cells of a row.
  final var rowEnd: [UInt8] = []
  /// The row's beginning with the cells that rows share.
  final private var start: [UInt8] = []

  /// Makes a writer whose text goes to `append`.
  init(_ append: @escaping (_ text: String) throws -> Void) {
    super.init(for: .programs, .none, append)
  }

  override final func begin(finding: [String], notes: [String], tables: [[String]]) {
    var names: [String] = hasSeveralTables ? ["record"] : []
    for columns in tables {
      // A column of this table alone stands behind the one that is before it here.
      var place = hasSeveralTables ? 1 : 0
      for name in columns {
        // The names of a single table may be alike: `SELECT 1, 1` has two columns of one name.
        if hasSeveralTables, let known = names.firstIndex(of: name) {
          precondition(known >= place, "The column \(name) has another order in another table.")
          place = known + 1
        } else {
          names.insert(name, at: place)
          place += 1
        }
      }
    }
    begin(finding: finding, notes: notes, names: names)
  }

  override final func share(cells: [Cell]) {
    let written = pending
    pending.removeAll()
    pending.append(rowStart)
    for (place, cell) in cells.enumerated() { write(cell, at: place) }
    start = pending.utf8
    pending = written
  }

  override func openRow() {
    pending.append(start)
  }

  override func closeRow() {
    pending.append(rowEnd)
  }

  /// Writes the beginning of the document, whose rows have columns of these names.
  func begin(finding: [String], notes: [String], names: [String]) {}
}
