import RunModel

/// A push of one run into a central store.
///
/// It sends what is missing there, in transactions of some megabytes each, of which every one that the server has
/// acknowledged is there for good: a push that was interrupted is taken up by the next. A lock for each run makes two pushes
/// of it take turns, and what one has sent the other finds. Blocks are sent while the next ones are read.
struct RunPush {
  private let database: CentralDatabase
  private let connection: ServerConnection
  /// The run as it is recorded.
  private let run: Run
  private let source: any RecordReading
  private let report: (PushedRun) -> Void
  /// The row id of the run in the store.
  private let id: Int
  private var pushed = PushedRun()
  /// The row ids of the sites in the store.
  private var sites: [Site: Int] = [:]

  /// Begins to push a run; where it is new, it has a row that does not show from here on.
  ///
  /// - Throws: `ServerError`, `StoreError`.
  init(
    _ run: Run, from source: any RecordReading, to database: CentralDatabase,
    report: @escaping (PushedRun) -> Void
  ) throws {
    (self.run, self.source, self.database, self.report) = (run, source, database, report)
    let connection = database.connection
    self.connection = connection
    id = try RunPush.locked(run, connection) {
      let found = try connection.query("SELECT id FROM run WHERE uuid = $1", [.text(run.uuid)])
      guard found.count == 0 else { return found[0].integer(0) }
      return try connection.query(
        """
        INSERT INTO run (uuid, name, status, configuration, provenance, started_at, heartbeat_at,
          elapsed_seconds, recording_seconds, step_count, dropped_steps)
        VALUES ($1, $2, 'unknown', '', '', $3, $4, 0, 0, 0, 0) RETURNING id
        """, [.text(run.uuid), .text(run.name), .text(run.startedAt), .text(run.heartbeatAt)]
      )[0].integer(0)
    }
  }

  /// Sends what the store lacks of the steps from `first` on, and what is known of the run as a whole.
  ///
  /// - Parameters:
  ///   - first: the first step of which records may be new.
  ///   - firstPooled: the same of pooled blocks, which are complete long after their last step.
  /// - Returns: what was sent.
  /// - Throws: `ServerError`, `StoreError`; what was reported is there.
  mutating func send(from first: Int, firstPooled: Int) throws -> PushedRun {
    let tables = try source.recordedTables()
    try cutResumed()
    for table in tables {
      if table.name == "moment" {
        try sendMoments(table, from: first)
      } else if let target = CentralTable.all.first(where: { $0.name == table.name }) {
        switch table.name {
        case "tag": try replaceTags()
        case "checkpoint": try sendCheckpoints(target, table, from: first)
        case "rollup": try send(table, to: target, from: firstPooled)
        default: try send(table, to: target, from: first)
        }
        if table.name == "site" { try readSites() }
      } else {
        throw StoreError(
          .misuse,
          "The rows of \(table.name) have no place in a central store; use a newer version.")
      }
    }
    try finish()
    return pushed
  }

  // MARK: - Transactions

  /// Runs `body` as one transaction that no other push of the run is in.
  private static func locked<Value>(
    _ run: Run, _ connection: ServerConnection, _ body: () throws -> Value
  ) throws -> Value {
    func underLock() throws -> Value {
      try connection.query(
        "SELECT pg_advisory_xact_lock(\(CentralSchema.lockClass), hashtext($1))", [.text(run.uuid)])
      return try body()
    }
    return connection.isInTransaction ? try underLock() : try connection.transaction("", underLock)
  }

  @discardableResult
  private func locked<Value>(_ body: () throws -> Value) throws -> Value {
    try RunPush.locked(run, connection) {
      let isThere = try connection.query("SELECT 1 FROM run WHERE id = $1", [.integer(id)])
      guard isThere.count == 1 else {
        throw StoreError(
          .busy,
          "Another program deleted run \(run.shortID) from \(database.path) while it was pushed; push it again."
        )
      }
      return try body()
    }
  }

  // MARK: - The run

  /// Deletes what the run had recorded from the step on at which it was resumed since it was last pushed.
  private func cutResumed() throws {
    let resumed = try source.events(of: run).filter { $0.kind == .resumed }.map(\.step)
    try locked {
      let known = try connection.query(
        "SELECT step FROM event WHERE run = $1 AND kind = $2 ORDER BY step",
        [.integer(id), .text(EventRecord.Kind.resumed.rawValue)]
      ).map { $0.integer(0) }
      var unknown = resumed
      for step in known {
        if let place = unknown.firstIndex(of: step) { unknown.remove(at: place) }
      }
      guard let step = unknown.min() else { return }
      for part in MomentPart.allCases {
        try connection.query(
          """
          DELETE FROM \(part.rawValue) WHERE site IN (SELECT id FROM site WHERE run = $1) AND block >= $2
          """, [.integer(id), .integer(step / StepBlock.shortest)])
      }
      for table in CentralTable.all {
        guard let isLater = table.isLater else { continue }
        let isOfRun =
          table.isOfSite ? "site IN (SELECT id FROM site WHERE run = $1)" : "run = $1"
        try connection.query(
          "DELETE FROM \(table.name) WHERE \(isOfRun) AND \(isLater)",
          [.integer(id), .integer(step)])
      }
    }
  }

  private func replaceTags() throws {
    try locked {
      try connection.query("DELETE FROM tag WHERE run = $1", [.integer(id)])
      for (key, value) in run.tags.sorted(by: { $0.key < $1.key }) {
        try connection.query(
          "INSERT INTO tag (run, key, value) VALUES ($1, $2, $3)",
          [.integer(id), .text(key), .text(value)])
      }
    }
  }

  /// Writes what is known of the run as a whole, which shows from now on.
  private func finish() throws {
    try locked {
      try connection.query(
        """
        UPDATE run SET name = $2, status = $3, status_reason = $4, configuration = $5,
          provenance = $6, started_at = $7, heartbeat_at = $8, finished_at = $9,
          elapsed_seconds = $10::float8, recording_seconds = $11::float8, step_count = $12,
          dropped_steps = $13, note = $14, deleted_at = NULL, arrived_at = coalesce(arrived_at, now()),
          (last_loss, last_accuracy, evaluated_split, evaluated_accuracy)
            = (SELECT loss, accuracy, split, split_accuracy FROM figures($1))
        WHERE id = $1
        """,
        [
          .integer(id), .text(run.name), .text(run.status.rawValue),
          .text(optional: run.statusReason), .text(run.configuration), .text(run.provenance),
          .text(run.startedAt), .text(run.heartbeatAt), .text(optional: run.finishedAt),
          .real(run.elapsedSeconds), .real(run.recordingSeconds), .integer(run.stepCount),
          .integer(run.droppedStepCount), .text(optional: run.note),
        ])
    }
    report(pushed)
  }

  private mutating func readSites() throws {
    let there = try database.sites(ofRun: id, shortID: run.shortID)
    sites = Dictionary(there.map { ($0.site, $0.id) }) { first, _ in first }
    for recorded in try source.sites(of: run) where sites[recorded.site] == nil {
      throw different("a layer \(recorded.site.layer) of another width or epsilon")
    }
  }

  private func siteID(_ site: Site?) -> Int { site.flatMap { sites[$0] } ?? id }

  private func different(_ what: String) -> StoreError {
    StoreError(
      .differentRun, "Run \(run.shortID) in \(database.path) is not the one here: it has \(what).",
      remedy: .replaceRun)
  }

  // MARK: - Rows

  /// Sends the rows of a table that the store lacks.
  private mutating func send(_ table: RecordedTable, to target: CentralTable, from first: Int)
    throws
  {
    let columns = try target.columns.map { try column($0, of: table) }
    var buffer = CopyBuffer()
    var (lastStep, place) = (-1, 0)
    try table.forEachRowFrom(run, first) { site, cells in
      buffer.beginRow(columns: 1 + (target.hasPlace ? 1 : 0) + target.columns.count)
      buffer.append(siteID(site))
      if target.hasPlace {
        if case .integer(let step) = cells[columns[0]] {
          (lastStep, place) = (step, step == lastStep ? place + 1 : 0)
        }
        buffer.append(place)
      }
      for (column, index) in zip(target.columns, columns) {
        try buffer.append(cells[index], as: column.kind)
      }
      if buffer.bytes.count >= database.transactionBytes { try insert(&buffer, into: target) }
    }
    try insert(&buffer, into: target)
  }

  private func column(_ column: CentralTable.Column, of table: RecordedTable) throws -> Int {
    guard let place = table.columns.firstIndex(where: { $0.name == column.recordedName }) else {
      throw StoreError(
        .misuse,
        "The rows of \(table.name) have no column \(column.name), which a central store has."
      )
    }
    return place
  }

  private mutating func insert(_ buffer: inout CopyBuffer, into target: CentralTable) throws {
    guard buffer.rowCount > 0 else { return }
    let rows = buffer
    let inserted = try locked {
      let (inserted, differing) = try connection.insertMissing(rows, into: target)
      if differing > 0 {
        throw different("other values in \(counted(differing, "row")) of \(target.name)")
      }
      return inserted
    }
    pushed.add(rows: inserted)
    buffer.removeAll()
  }

  /// Sends the checkpoints that the store lacks, and deletes those that the run no longer has.
  private mutating func sendCheckpoints(
    _ target: CentralTable, _ table: RecordedTable, from first: Int
  ) throws {
    var here: [(step: Int, time: String)] = []
    try table.forEachRow(run) { _, cells in
      if case .integer(let step) = cells[0], case .text(let time) = cells[1] {
        here.append((step, time))
      }
    }
    let there = try connection.query(
      "SELECT step, created_at FROM checkpoint WHERE run = $1", [.integer(id)]
    ).map { ($0.integer(0), $0.text(1)) }
    let isThere = Dictionary(there) { first, _ in first }
    for (step, _) in there where !here.contains(where: { $0.step == step }) {
      try locked {
        try connection.query(
          "DELETE FROM checkpoint WHERE run = $1 AND step = $2", [.integer(id), .integer(step)])
      }
    }
    for (step, time) in here where isThere[step] != time {
      guard let checkpoint = try source.checkpoint(of: run, step: step) else { continue }
      var buffer = CopyBuffer()
      buffer.beginRow(columns: 4)
      buffer.append(id)
      buffer.append(step)
      buffer.append(time)
      buffer.append(checkpoint.tensors)
      try locked {
        try connection.query(
          "DELETE FROM checkpoint WHERE run = $1 AND step = $2", [.integer(id), .integer(step)])
        try connection.copy([buffer], into: "checkpoint (run, step, created_at, tensors)")
      }
      pushed.add(rows: 1)
    }
  }

  // MARK: - Blocks

  /// Sends the blocks of moments that the store lacks, or has fewer steps of, while it reads the next ones.
  private mutating func sendMoments(_ table: RecordedTable, from first: Int) throws {
    let places = MomentPart.allCases.map { $0.places(in: table) }
    var open: [OpenBlock?] = MomentPart.allCases.map { _ in nil }
    var waiting: [OpenBlock] = []
    var waitingBytes = 0
    func close(_ index: Int) {
      guard let block = open[index] else { return }
      waiting.append(block)
      waitingBytes += block.byteCount
      open[index] = nil
    }
    let sending = WriteQueue()
    // Until then the connection is the other thread's.
    defer { sending.wait() }
    var outcome: Result<PushedRun, any Error>?
    func acknowledge() throws {
      sending.wait()
      guard let sent = try outcome?.get() else { return }
      outcome = nil
      pushed.add(blocks: sent.blockCount, bytes: sent.vectorBytes)
      report(pushed)
    }
    let push = self
    func send() throws {
      try acknowledge()
      let blocks = waiting
      waiting = []
      waitingBytes = 0
      sending.begin { outcome = Result { try push.sendBlocks(blocks) } }
    }
    // Whole blocks, so that a block is never replaced by a part of it.
    let start = first / StepBlock.shortest * StepBlock.shortest
    let parts = MomentPart.allCases
    try table.forEachRowFrom(run, start) { site, cells in
      guard let site, case .integer(let step) = cells[0], case .integer(let count) = cells[1],
        case .integer(let nonFinite) = cells[2]
      else { return }
      // Of this push itself, which may change, each row would make a copy.
      let id = push.siteID(site)
      let number = step / StepBlock.shortest
      for (index, part) in parts.enumerated() {
        guard case .floats(let one) = cells[places[index].0],
          case .floats(let other) = cells[places[index].1]
        else { continue }
        if open[index]?.site != id || open[index]?.number != number {
          close(index)
          open[index] = OpenBlock(part, site: id, step: step, width: site.width)
        }
        open[index]?.add(step: step, counts: (count, nonFinite), one, other)
      }
      if waitingBytes >= database.transactionBytes {
        sending.start()
        try send()
      }
    }
    for index in open.indices { close(index) }
    try send()
    try acknowledge()
  }

  /// Sends those of some blocks that the store lacks, in one transaction.
  private func sendBlocks(_ blocks: [OpenBlock]) throws -> PushedRun {
    var sent = PushedRun()
    guard !blocks.isEmpty else { return sent }
    try locked {
      for part in MomentPart.allCases {
        let own = blocks.filter { $0.part == part }
        guard !own.isEmpty else { continue }
        let kept = try stored(own, of: part)
        let missing = try own.filter { block in
          guard let there = kept[[block.site, block.number]] else { return true }
          // A store that has more steps of the block got them from a newer copy of the run.
          guard there.stepCount <= block.checksums.count else { return false }
          guard block.checksums[there.stepCount - 1] == there.checksum else {
            throw different(
              "another block \(block.number) of \(part.rawValue) at a site of it, or a damaged one")
          }
          if there.stepCount == block.checksums.count { return false }
          try connection.query(
            "DELETE FROM \(part.rawValue) WHERE site = $1 AND block = $2",
            [.integer(block.site), .integer(block.number)])
          return true
        }
        guard !missing.isEmpty else { continue }
        try connection.copy(
          missing.lazy.map(\.row),
          into: "\(part.rawValue) (site, \(part.columns.joined(separator: ", ")))")
        sent.add(blocks: missing.count, bytes: missing.reduce(0) { $0 + $1.byteCount })
      }
    }
    return sent
  }

  /// The blocks among `blocks` that the store has, by site and number: the numbers of their steps, at least 1, and their
  /// checksums.
  private func stored(_ blocks: [OpenBlock], of part: MomentPart) throws -> [[Int]: (
    stepCount: Int, checksum: Int
  )] {
    let rows = try connection.query(
      """
      SELECT site, block, cardinality(steps), checksum
      FROM unnest($1::bigint[], $2::bigint[]) AS wanted (site, block)
      JOIN \(part.rawValue) USING (site, block)
      """, [.integers(blocks.map(\.site)), .integers(blocks.map(\.number))])
    return Dictionary(
      rows.map { row in
        (
          [row.integer(0), row.integer(1)],
          (stepCount: max(1, row.integer(2)), checksum: row.integer(3))
        )
      }
    ) { first, _ in first }
  }
}
