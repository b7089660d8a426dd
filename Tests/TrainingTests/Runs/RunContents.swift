import RunModel
import RunStore
import SQLite
import TestSupport

/// Everything that a run recorded, clocks, identifiers and what it was told to do aside: a text for each row.
struct RunContents: Equatable {
  private let rows: StoredRows
  /// That the run was resumed, and from which step: what one that never stopped does not have.
  let resumptions: [String]

  /// Reads all that `database` holds of `run`.
  init(of run: Run, in database: RunDatabase) throws {
    let leftOut = ["duration", "configuration", "provenance"]
    var rows = try StoredRows(
      of: database.connection, run: run.uuid, without: StoredRows.circumstances.union(leftOut))
    let resumptions = rows["event"].filter { $0.contains("'resumed'") }
    rows["event"].removeAll { resumptions.contains($0) }
    self.resumptions = resumptions
    self.rows = rows
  }

  static func == (a: RunContents, b: RunContents) -> Bool { a.rows == b.rows }

  /// The rows of `table`.
  subscript(table: String) -> [String] { rows[table] }

  /// The tables with rows.
  var tables: Set<String> { Set(rows.tables.filter { !$0.value.isEmpty }.keys) }

  /// This without the rows of some tables.
  func without(_ tables: String...) -> [String: [String]] {
    rows.tables.filter { !tables.contains($0.key) }
  }

  /// The rows of checkpoints by their steps.
  var checkpoints: [Int: String] {
    Dictionary(
      uniqueKeysWithValues: self["checkpoint"].compactMap { row in
        Int(row.split(separator: ",")[1]).map { ($0, row) }
      })
  }
}
