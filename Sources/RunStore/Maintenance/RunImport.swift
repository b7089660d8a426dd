import Migrations
package import RunModel
import SQLite

extension RunDatabase {
  /// Adds a run of another kind of store with all its records, in one transaction; no process records it here.
  ///
  /// - Parameters:
  ///   - run: the run, which is new here.
  ///   - source: the store that has it.
  /// - Throws: `StoreError`; then nothing was changed.
  package func insert(_ run: Run, from source: some RecordReading) throws {
    try write {
      let id = try insertRow(of: run)
      var sites: [Site: Int64] = [:]
      for table in try source.recordedTables() {
        guard let target = RunTable.all.first(where: { $0.name == table.name }) else { continue }
        let insertions = try ([target] + (table.name == "moment" ? RunTable.all(of: .moment) : []))
          .map { try RowInsertion(into: $0, of: table, by: connection) }
        try table.forEachRow(run) { site, cells in
          let owner = site.flatMap { sites[$0] } ?? id
          var added: Int64 = 0
          for (index, insertion) in insertions.enumerated() {
            var file: [UInt8]?
            if target.encoding == .file, case .integer(let step)? = cells.first {
              file = try source.checkpoint(of: run, step: step)?.tensors
            }
            guard try insertion.run(cells, owner: index == 0 ? owner : added, file: file) else {
              continue
            }
            if index == 0 { added = connection.lastInsertedRowID }
          }
        }
        if table.name == "site" {
          let stored = try self.sites(of: addedRun(id))
          sites = Dictionary(stored.map { ($0.site, Int64($0.id)) }) { first, _ in first }
        }
      }
    }
  }

  private func addedRun(_ id: Int64) throws -> Run {
    guard let run = try selectRuns(false, "AND run.id = ?", [.integer(id)]).first else {
      throw StoreError(.misuse, "The run that was added to \(path) is gone.")
    }
    return run
  }

  private func insertRow(of run: Run) throws -> Int64 {
    // A run that nobody records is stored as running, and shows as interrupted.
    let status: Run.Status = [.interrupted, .unknown].contains(run.status) ? .running : run.status
    try connection.run(
      """
      INSERT INTO run (uuid, name, status, status_reason, configuration, provenance, started_at,
        heartbeat_at, finished_at, elapsed_seconds, recording_seconds, step_count, dropped_steps,
        note, boot_id, process_id, process_start)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        .text(run.uuid), .text(run.name), .text(status.rawValue), .text(optional: run.statusReason),
        .text(run.configuration), .text(run.provenance), .text(run.startedAt),
        .text(run.heartbeatAt), .text(optional: run.finishedAt), .real(run.elapsedSeconds),
        .real(run.recordingSeconds), .integer(run.stepCount), .integer(run.droppedStepCount),
        .text(optional: run.note),
      ] + ProcessIdentity.nobody.bindings)
    return connection.lastInsertedRowID
  }
}

/// An insertion of recorded rows into one table.
private struct RowInsertion {
  private let table: RunTable
  private let statement: Statement
  /// For each column the place of its value in a row.
  private let columns: [(name: String, place: Int)]

  init(into table: RunTable, of rows: RecordedTable, by connection: Connection) throws {
    self.table = table
    let names = try connection.rows(
      "SELECT name FROM pragma_table_info(?)", [.text(table.name)]
    ) { $0.text(0) }
    columns = names.compactMap { name in
      let recorded =
        table.encoding == .file && table.vectors.contains(name) ? name + "_bytes" : name
      return rows.columns.firstIndex { $0.name == recorded }.map { (name, $0) }
    }
    let all =
      [table.owner.rawValue] + columns.map(\.name) + columns.compactMap { table.mark(of: $0.name) }
    statement = try connection.statement(
      """
      INSERT INTO \(table.name) (\(all.joined(separator: ", ")))
      VALUES (\(all.map { _ in "?" }.joined(separator: ", ")))
      """)
  }

  /// Inserts a row, if it has vectors where the table's rows have them.
  ///
  /// - Parameters:
  ///   - cells: the values.
  ///   - owner: the id of the row that it belongs to.
  ///   - file: the contents of the file whose size the row has.
  /// - Returns: whether it was inserted.
  /// - Throws: `SQLiteError`.
  func run(_ cells: [Cell], owner: Int64, file: [UInt8]?) throws -> Bool {
    var floats: [Float] = []
    var values: [Binding] = []
    var marks: [Binding] = []
    for (name, place) in columns {
      let cell = cells[place]
      let isVector = table.vectors.contains(name)
      if table.owner == .moment, isVector, cell == .missing { return false }
      if table.mark(of: name) != nil {
        if case .number(let number) = cell, number.isNaN {
          marks.append(.integer(1))
        } else {
          marks.append(.integer(0))
        }
      }
      if let file, table.encoding == .file, isVector {
        values.append(.bytes(file))
        continue
      }
      switch cell {
      case .missing, .json: values.append(.null)
      case .text(let text): values.append(.text(text))
      case .integer(let number): values.append(.integer(number))
      case .number(let number): values.append(number.isNaN ? .null : .real(number))
      case .truth(let value): values.append(.integer(value ? 1 : 0))
      case .bytes(let bytes): values.append(.bytes(bytes))
      case .counts(let counts): values.append(.bytes(HistogramCounts.bytes(of: counts)))
      case .floats(let numbers):
        values.append(.floats(floats.count..<floats.count + numbers.count))
        floats += numbers
      }
    }
    try statement.run([.integer(owner)] + values + marks, floats: floats.span)
    return true
  }
}
