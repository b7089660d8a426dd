import FoundationEssentials
public import RunModel
import SQLite

extension RunDatabase {
  /// The runs outside the trash or, where `inTrash`, those in it; oldest first.
  ///
  /// - Throws: `StoreError`.
  public func runs(inTrash: Bool = false) throws -> [Run] {
    try attempt { try selectRuns(inTrash, "ORDER BY started_at, run.id") }
  }

  /// The run with an identifier, whatever the names of others.
  ///
  /// - Throws: `StoreError`, of kind `unknownRun` where there is none.
  public func run(uuid: String, inTrash: Bool = false) throws -> Run {
    let found = try attempt { try selectRuns(inTrash, "AND uuid = ?", [.text(uuid)]) }
    guard let run = found.first else { throw unknownRun(uuid, inTrash: inTrash) }
    return run
  }

  func selectRuns(_ inTrash: Bool, _ clauses: String, _ bindings: [Binding] = []) throws
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
    guard UUID(uuidString: row.text(1)) != nil else {
      throw SQLiteError(code: .corrupt, message: "the id of the run in row \(id) is no UUID")
    }
    let owner = ProcessIdentity(
      bootID: row.text(12), processID: row.integer(13), startTime: row.integer(14))
    let stored = Run.Status(rawValue: row.text(3)) ?? .failed
    let status =
      stored == .running
      ? Run.Status(of: file.liveness(ofRun: id, owner: owner, heartbeat: row.text(8))) : stored
    let tags = try connection.rows(
      "SELECT key, value FROM tag WHERE run = ?", [.integer(id)]
    ) { ($0.text(0), $0.text(1)) }
    return Run(
      id: id, uuid: row.text(1), name: row.text(2),
      status: status,
      statusReason: row.optionalText(4), configuration: row.text(5), provenance: row.text(6),
      startedAt: row.text(7), heartbeatAt: row.text(8), finishedAt: row.optionalText(9),
      elapsedSeconds: row.real(10), recordingSeconds: row.real(11), stepCount: try row.count(15),
      droppedStepCount: try row.count(16), tags: Dictionary(tags) { first, _ in first },
      note: row.optionalText(17), deletedAt: row.optionalText(18))
  }
}
