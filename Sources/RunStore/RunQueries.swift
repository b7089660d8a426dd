import SQLite

extension RunDatabase {
  /// Every run, oldest first.
  ///
  /// - Throws: `StoreError`.
  public func runs() throws -> [Run] {
    try attempt {
      try connection.rows(RunDatabase.selectRuns + " ORDER BY run.id") { row in
        try readRun(row)
      }
    }
  }

  /// The run that `reference` names: `latest`, `latest~N` (N before it), a name, or a prefix of an id.
  ///
  /// - Throws: `StoreError` of kind `unknownRun` or `ambiguousRun`, or as `runs` does.
  public func run(_ reference: String) throws -> Run {
    try attempt {
      if let stepsBack = RunDatabase.stepsBack(reference) {
        let latest = try connection.firstRow(
          RunDatabase.selectRuns + " ORDER BY run.id DESC LIMIT 1 OFFSET ?",
          [.integer(stepsBack)], read: readRun)
        guard let latest else { throw unknownRun(reference) }
        return latest
      }
      let named = try connection.rows(
        RunDatabase.selectRuns + " WHERE run.name = ? ORDER BY run.id", [.text(reference)],
        read: readRun)
      let identified = try connection.rows(
        RunDatabase.selectRuns
          + " WHERE substr(run.uuid, 1, length(?1)) = lower(?1) ORDER BY run.id",
        [.text(reference)], read: readRun)
      let found = named.isEmpty && !reference.isEmpty ? identified : named
      guard let run = found.first else { throw unknownRun(reference) }
      guard found.count == 1 else {
        let ids = found.suffix(5).map(\.shortID).joined(separator: ", ")
        throw StoreError(
          .ambiguousRun,
          "\(found.count) runs in \(path) go by \"\(reference)\"; name one by its id: \(ids).")
      }
      return run
    }
  }

  /// Whether `name` would be taken for something else where a run is asked for.
  public static func isReservedRunName(_ name: String) -> Bool {
    name.isEmpty || stepsBack(name) != nil
  }

  private static func stepsBack(_ reference: String) -> Int? {
    if reference == "latest" { return 0 }
    guard reference.hasPrefix("latest~"), let count = Int(reference.dropFirst(7)), count >= 0
    else { return nil }
    return count
  }

  func unknownRun(_ reference: String) -> StoreError {
    StoreError(
      .unknownRun,
      "No run in \(path) goes by \"\(reference)\"; `normscope runs` lists those that are there.")
  }

  private static let selectRuns = """
    SELECT run.id, uuid, name, status, status_reason, configuration, provenance, started_at,
      heartbeat_at, finished_at, elapsed_seconds, recording_seconds, boot_id, process_id,
      process_start, step_count, dropped_steps
    FROM run
    """

  private func readRun(_ row: borrowing Row) throws -> Run {
    let id = row.integer(0)
    let owner = ProcessIdentity(
      bootID: row.text(12), processID: row.integer(13), startTime: row.integer(14))
    let stored = Run.Status(rawValue: row.text(3)) ?? .failed
    let tags = try connection.rows(
      "SELECT key, value FROM tag WHERE run = ?", [.integer(id)]
    ) { ($0.text(0), $0.text(1)) }
    return Run(
      id: id, uuid: row.text(1), name: row.text(2),
      status: stored == .running && owner.isGone ? .interrupted : stored,
      statusReason: row.optionalText(4), configuration: row.text(5), provenance: row.text(6),
      startedAt: row.text(7), heartbeatAt: row.text(8), finishedAt: row.optionalText(9),
      elapsedSeconds: row.real(10), recordingSeconds: row.real(11), stepCount: try row.count(15),
      droppedStepCount: try row.count(16), tags: Dictionary(tags) { first, _ in first })
  }
}
