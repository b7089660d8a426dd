import FoundationEssentials
package import RunModel

extension CentralDatabase: RunFinding {
  package func runs(inTrash: Bool) throws -> [Run] {
    try select(inTrash, "ORDER BY started_at, run.id")
  }

  package func findRun(_ reference: String, inTrash: Bool) throws -> FoundRun {
    try foundRun(reference, inTrash: inTrash)
  }

  package func latestRun(but count: Int, inTrash: Bool) throws -> Run? {
    try select(
      inTrash, "ORDER BY started_at DESC, run.id DESC LIMIT 1 OFFSET $1", [.integer(count)]
    ).first
  }

  package func runs(called name: String, inTrash: Bool) throws -> [Run] {
    try select(inTrash, "AND name = $1 ORDER BY started_at, run.id", [.text(name)])
  }

  package func runs(withIDPrefix prefix: String, inTrash: Bool) throws -> [Run] {
    // An id has no characters that LIKE takes for others, and what has is the beginning of none.
    guard prefix.allSatisfy({ $0.isHexDigit || $0 == "-" }) else { return [] }
    return try select(
      inTrash, "AND uuid LIKE $1 || '%' ORDER BY started_at, run.id", [.text(prefix.lowercased())])
  }

  /// The run with an identifier; nil where the store does not have all of it.
  func run(uuid: String) throws -> Run? {
    try select(false, "AND uuid = $1", [.text(uuid)]).first
  }

  private func select(_ inTrash: Bool, _ clauses: String, _ parameters: [ServerParameter] = [])
    throws -> [Run]
  {
    try select(
      "",
      "FROM run WHERE arrived_at IS NOT NULL AND deleted_at IS \(inTrash ? "NOT NULL" : "NULL") \(clauses)",
      parameters)
  }

  /// The runs that `clauses` of a query select, from FROM on, before which `expressions` stand.
  func select(_ expressions: String, _ clauses: String, _ parameters: [ServerParameter]) throws
    -> [Run]
  {
    try attempt {
      try connection.query(
        """
        \(expressions)
        SELECT run.id, uuid, name, status, status_reason, configuration, provenance, started_at,
          heartbeat_at, finished_at, elapsed_seconds, recording_seconds, step_count, dropped_steps,
          note, deleted_at,
          (SELECT array_agg(key ORDER BY key)::text[] FROM tag WHERE tag.run = run.id),
          (SELECT array_agg(value ORDER BY key)::text[] FROM tag WHERE tag.run = run.id)
        \(clauses)
        """, parameters
      ).map(readRun)
    }
  }

  private func readRun(_ row: ServerRow) throws -> Run {
    guard UUID(uuidString: row.text(1)) != nil else {
      throw damaged("holds a run whose id is no UUID")
    }
    let stored = try known(Run.Status(rawValue: row.text(3)), row.text(3))
    let tags = zip(row.texts(16), row.texts(17)).map { ($0, $1) }
    return Run(
      id: row.integer(0), uuid: row.text(1), name: row.text(2),
      // Whoever records it is on another machine, as far as is known here.
      status: stored == .running ? Run.Status(of: Liveness(heartbeat: row.text(8))) : stored,
      statusReason: row.optionalText(4), configuration: row.text(5), provenance: row.text(6),
      startedAt: row.text(7), heartbeatAt: row.text(8), finishedAt: row.optionalText(9),
      elapsedSeconds: row.real(10), recordingSeconds: row.real(11), stepCount: try count(row, 12),
      droppedStepCount: try count(row, 13), tags: Dictionary(tags) { first, _ in first },
      note: row.optionalText(14), deletedAt: row.optionalText(15))
  }
}
