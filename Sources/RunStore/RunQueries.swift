import SQLite

extension RunDatabase {
  /// Every run outside the trash or, where `inTrash`, in it; oldest first.
  ///
  /// - Throws: `StoreError`.
  public func runs(inTrash: Bool = false) throws -> [Run] {
    try attempt { try selectRuns(inTrash, "ORDER BY run.id") }
  }

  /// The run that `reference` names: `latest`, `latest~N` (N before it), a name, or a prefix of an id.
  ///
  /// - Parameters:
  ///   - reference: what it goes by.
  ///   - inTrash: whether it is looked for in the trash, and there only; else outside it.
  /// - Returns: the run.
  /// - Throws: `StoreError` of kind `unknownRun` or `ambiguousRun`, or as `runs` does.
  public func run(_ reference: String, inTrash: Bool = false) throws -> Run {
    try attempt {
      if let stepsBack = RunDatabase.stepsBack(reference) {
        let latest = try selectRuns(
          inTrash, "ORDER BY run.id DESC LIMIT 1 OFFSET ?", [.integer(stepsBack)])
        guard let latest = latest.first else { throw unknownRun(reference, inTrash: inTrash) }
        return latest
      }
      let found = try runs(goingBy: reference, inTrash: inTrash)
      guard let run = found.first else {
        throw try runs(goingBy: reference, inTrash: !inTrash).isEmpty
          ? unknownRun(reference, inTrash: inTrash) : misplacedRun(reference, isInTrash: !inTrash)
      }
      guard found.count == 1 else {
        let ids = found.suffix(5).map(\.shortID).joined(separator: ", ")
        throw StoreError(
          .ambiguousRun,
          "\(found.count) runs in \(path) go by \"\(reference)\"; name one by its id: \(ids).")
      }
      return run
    }
  }

  private func runs(goingBy reference: String, inTrash: Bool) throws -> [Run] {
    let named = try selectRuns(inTrash, "AND run.name = ? ORDER BY run.id", [.text(reference)])
    guard named.isEmpty && !reference.isEmpty else { return named }
    return try selectRuns(
      inTrash, "AND substr(run.uuid, 1, length(?1)) = lower(?1) ORDER BY run.id",
      [.text(reference)])
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

  func unknownRun(_ reference: String, inTrash: Bool = false) -> StoreError {
    StoreError(
      .unknownRun,
      "No run in \(inTrash ? "the trash of " : "")\(path) goes by \"\(reference)\"; "
        + "`normscope runs\(inTrash ? " --trash" : "")` lists those that are there.")
  }

  private func misplacedRun(_ reference: String, isInTrash: Bool) -> StoreError {
    StoreError(
      .unknownRun,
      isInTrash
        ? "The run \"\(reference)\" in \(path) is in the trash; "
          + "`normscope runs restore` brings it back."
        : "The run \"\(reference)\" in \(path) is not in the trash; "
          + "`normscope runs delete` puts it there.")
  }

  private func selectRuns(_ inTrash: Bool, _ clauses: String, _ bindings: [Binding] = []) throws
    -> [Run]
  {
    try connection.rows(
      """
      SELECT run.id, uuid, name, status, status_reason, configuration, provenance, started_at,
        heartbeat_at, finished_at, elapsed_seconds, recording_seconds, boot_id, process_id,
        process_start, step_count, dropped_steps, note,
        deleted_at
      FROM run WHERE deleted_at IS \(inTrash ? "NOT NULL" : "NULL") \(clauses)
      """, bindings, read: readRun)
  }

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
      droppedStepCount: try row.count(16), tags: Dictionary(tags) { first, _ in first },
      note: row.optionalText(17), deletedAt: row.optionalText(18))
  }
}
