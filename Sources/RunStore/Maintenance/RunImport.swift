import Migrations
package import RunModel
import SQLite

extension RunDatabase {
  /// Makes a run of another kind of store whole, with all its records; no process records it here.
  ///
  /// Its moments are committed again and again, and blocks of them that are here with their checksums, from the first of each
  /// site on, are kept: what was stopped goes on where it was.
  /// - Parameters:
  ///   - run: the run, which is new here or was not taken whole.
  ///   - source: the store that has it.
  /// - Throws: `StoreError`; a part of the run may be here then.
  package func take(_ run: Run, from source: some RecordReading) throws {
    let tables = try source.recordedTables()
    let id = try write { try rowID(of: run) }
    let lock = try RecorderLock(run: Int(id), shortID: run.shortID, for: .changing, of: file)
    defer { lock?.release() }
    let begun = try begunRun(id)
    try write {
      for site in try sites(of: begun) { try unseal(0...Row.largestCount, at: site) }
      try takeSites(of: run, id, tables, source)
    }
    try takeMoments(of: run, id, tables, keeping: keptBlocks(of: run, begun, tables), source)
    try write {
      for table in RunTable.all
      where table.owner != .moment && !["site", "moment"].contains(table.name) {
        let owner = table.owner == .run ? "run = ?" : "site IN (SELECT id FROM site WHERE run = ?)"
        try connection.run("DELETE FROM \(table.name) WHERE \(owner)", [.integer(id)])
      }
      for table in tables where !["site", "moment"].contains(table.name) {
        try insert(table, of: run, id, from: source)
      }
      try replaceRow(of: run, id)
    }
  }

  /// The row id of a run, which is added where it is new.
  private func rowID(of run: Run) throws -> Int64 {
    let found = try connection.firstRow(
      "SELECT id FROM run WHERE uuid = ?", [.text(run.uuid)]
    ) { Int64($0.integer(0)) }
    return try found ?? insertRow(of: run)
  }

  /// Adds the sites that are missing here, and removes those that the run has not.
  private func takeSites(
    of run: Run, _ id: Int64, _ tables: [RecordedTable], _ source: some RecordReading
  ) throws {
    let recorded = Set(try source.sites(of: run).map(\.site))
    let here = try sites(of: begunRun(id))
    for site in here where !recorded.contains(site.site) {
      try connection.run("DELETE FROM site WHERE id = ?", [.integer(site.id)])
    }
    let known = Set(
      here.map(\.site).filter(recorded.contains).map {
        RunDatabase.key([
          .integer($0.layer), .text($0.tap.rawValue), .text($0.population.rawValue),
          .text($0.statistics.rawValue),
        ])
      })
    for table in tables where table.name == "site" {
      let key = ["layer", "tap", "population", "statistics"].compactMap { name in
        table.columns.firstIndex { $0.name == name }
      }
      try insert(table, of: run, id, from: source) { cells in
        known.contains(RunDatabase.key(key.map { cells[$0] }))
      }
    }
  }

  /// What tells a site from the others of its run.
  private static func key(_ cells: [Cell]) -> String { "\(cells)" }

  /// The blocks of moments that are here as the source has them, from the first of each site on; others are deleted.
  private func keptBlocks(of run: Run, _ begun: Run, _ tables: [RecordedTable]) throws
    -> Set<BlockPlace>
  {
    let blocks = tables.first { $0.name == MomentPart.moment.rawValue }?.blocks
    let here = try blockChecksums(of: begun)
    guard !here.isEmpty else { return [] }
    let there = try blocks?.checksums(run) ?? [:]
    var kept: Set<BlockPlace> = []
    for recorded in try sites(of: begun) {
      func places(_ blocks: some Collection<BlockPlace>) -> [BlockPlace] {
        blocks.filter { $0.site == recorded.site }.sorted { $0.block < $1.block }
      }
      let same = zip(places(here.keys), places(there.keys)).prefix {
        $0 == $1 && here[$0] == there[$0]
      }.map(\.0)
      kept.formUnion(same)
      // Rows of a site stay in the order of steps.
      let first = same.last.map { ($0.block + 1) * StepBlock.shortest } ?? 0
      try write {
        try connection.run(
          "DELETE FROM moment WHERE site = ? AND step >= ?",
          [.integer(recorded.id), .integer(first)])
      }
    }
    return kept
  }

  private func takeMoments(
    of run: Run, _ id: Int64, _ tables: [RecordedTable], keeping kept: Set<BlockPlace>,
    _ source: some RecordReading
  ) throws {
    guard let table = tables.first(where: { $0.name == MomentPart.moment.rawValue }) else { return }
    let sites = try siteIDs(ofRun: id)
    try attempt {
      let insertions = try
        (RunTable.all.filter { $0.name == table.name } + RunTable.all(of: .moment))
        .map { try RowInsertion(into: $0, of: table, by: connection) }
      // Nobody waits for this file.
      let writer = try self.writer
      writer.pauseMicroseconds = 0
      writer.sliceTime = .seconds(1)
      var failure: StoreError?
      try writer.slices { breathe in
        func add(_ site: Site?, _ cells: [Cell]) throws {
          guard let owner = site.flatMap({ sites[$0] }) else { return }
          try breathe()
          var added = owner
          for (index, insertion) in insertions.enumerated() {
            guard try insertion.run(cells, owner: added, file: nil) else { continue }
            if index == 0 { added = connection.lastInsertedRowID }
          }
        }
        do {
          if let blocks = table.blocks {
            try blocks.forEachRow(run, { kept.contains($0) }, add)
          } else {
            try table.forEachRow(run, add)
          }
        } catch let error as StoreError {
          // What came before is committed.
          failure = error
        }
      }
      if let failure { throw failure }
    }
  }

  private func siteIDs(ofRun id: Int64) throws -> [Site: Int64] {
    let stored = try sites(of: begunRun(id))
    return Dictionary(stored.map { ($0.site, Int64($0.id)) }) { first, _ in first }
  }

  /// Inserts the rows of a table, but those of which `isKnown` is true.
  private func insert(
    _ table: RecordedTable, of run: Run, _ id: Int64, from source: some RecordReading,
    but isKnown: ([Cell]) -> Bool = { _ in false }
  ) throws {
    guard let target = RunTable.all.first(where: { $0.name == table.name }) else { return }
    let sites = table.isOfSite ? try siteIDs(ofRun: id) : [:]
    let insertion = try RowInsertion(into: target, of: table, by: connection)
    try table.forEachRow(run) { site, cells in
      if isKnown(cells) { return }
      var file: [UInt8]?
      if target.encoding == .file, case .integer(let step)? = cells.first {
        file = try source.checkpoint(of: run, step: step)?.tensors
      }
      _ = try insertion.run(cells, owner: site.flatMap { sites[$0] } ?? id, file: file)
    }
  }

  private func begunRun(_ id: Int64) throws -> Run {
    guard
      let run = try attempt({ try selectRuns(false, "AND run.id = ?", [.integer(id)]) }).first
    else {
      throw StoreError(.misuse, "The run that was added to \(path) is gone.")
    }
    return run
  }

  private static let runColumns = [
    "uuid", "name", "status", "status_reason", "configuration", "provenance", "started_at",
    "heartbeat_at", "finished_at", "elapsed_seconds", "recording_seconds", "step_count",
    "dropped_steps", "note", "boot_id", "process_id", "process_start",
  ]

  private func values(of run: Run) -> [Binding] {
    // A run that nobody records is stored as running, and shows as interrupted.
    let status: Run.Status = [.interrupted, .unknown].contains(run.status) ? .running : run.status
    return [
      .text(run.uuid), .text(run.name), .text(status.rawValue), .text(optional: run.statusReason),
      .text(run.configuration), .text(run.provenance), .text(run.startedAt),
      .text(run.heartbeatAt), .text(optional: run.finishedAt), .real(run.elapsedSeconds),
      .real(run.recordingSeconds), .integer(run.stepCount), .integer(run.droppedStepCount),
      .text(optional: run.note),
    ] + ProcessIdentity.nobody.bindings
  }

  private func insertRow(of run: Run) throws -> Int64 {
    let columns = RunDatabase.runColumns
    try connection.run(
      """
      INSERT INTO run (\(columns.joined(separator: ", ")))
      VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))
      """, values(of: run))
    return connection.lastInsertedRowID
  }

  private func replaceRow(of run: Run, _ id: Int64) throws {
    let columns = RunDatabase.runColumns.map { "\($0) = ?" }
    try connection.run(
      "UPDATE run SET \(columns.joined(separator: ", ")) WHERE id = ?",
      values(of: run) + [.integer(id)])
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
