import SQLite

/// What came of a run of another database that was to be merged.
public struct MergedRun: Sendable {
  /// What was done with it.
  public enum Outcome: Sendable, Equatable {
    /// It was not here.
    case added
    /// It was here with so many steps, which were fewer, or written earlier.
    case replaced(steps: Int)
    /// It is here, with all that the other database has or more.
    case here
    /// A process records it, there or here.
    case recorded
    /// It is here in the trash.
    case inTrash
  }

  /// The run as the other database has it.
  public let run: Run
  /// What was done with it.
  public let outcome: Outcome
}

extension RunDatabase {
  /// Copies the runs of another database that are not here yet, or went on there, with all that they recorded.
  ///
  /// A run is the same one by its uuid. One that went on keeps the name, the note and the tags that it has here.
  /// Each run is copied in a transaction of its own.
  /// - Parameters:
  ///   - other: the other database; runs in its trash stay there.
  ///   - isDryRun: whether nothing is changed.
  ///   - report: is told of each run, in the order of the other database.
  /// - Throws: `StoreError`, or what `report` throws; the runs that were reported are copied.
  public func merge(
    _ other: RunDatabase, isDryRun: Bool = false, _ report: (MergedRun) throws -> Void
  ) throws {
    for listed in try other.runs() {
      // One state of the other database, whose runs may go on.
      let merged = try other.attempt {
        try other.connection.snapshot {
          let run = try other.run(listed.uuid)
          return try attempt {
            guard !isDryRun else {
              return MergedRun(run: run, outcome: try outcome(of: run, other))
            }
            return try connection.transaction {
              let outcome = try outcome(of: run, other)
              switch outcome {
              case .added: _ = try copyAll(of: run, from: other, to: nil)
              case .replaced: try replace(run, from: other)
              case .here, .recorded, .inTrash: break
              }
              return MergedRun(run: run, outcome: outcome)
            }
          }
        }
      }
      try report(merged)
    }
  }

  private func outcome(of run: Run, _ other: RunDatabase) throws -> MergedRun.Outcome {
    if try other.attempt({ try other.recordingProcess(of: run.uuid) }) != nil {
      return .recorded
    }
    let here = try connection.firstRow(
      """
      SELECT deleted_at, heartbeat_at, (SELECT count(*) FROM step WHERE step.run = run.id)
      FROM run WHERE uuid = ?
      """,
      [.text(run.uuid)]
    ) { (isInTrash: !$0.isNull(0), heartbeat: $0.text(1), steps: $0.integer(2)) }
    guard let here else { return .added }
    if here.isInTrash { return .inTrash }
    if try recordingProcess(of: run.uuid) != nil { return .recorded }
    return (run.stepCount, run.heartbeatAt) > (here.steps, here.heartbeat)
      ? .replaced(steps: here.steps) : .here
  }

  private func replace(_ run: Run, from other: RunDatabase) throws {
    let old = try self.run(run.uuid)
    try connection.run("DELETE FROM run WHERE id = ?", [.integer(old.id)])
    let id = try copyAll(of: run, from: other, to: old.id)
    try connection.run(
      "UPDATE run SET name = ?, note = ifnull(?, note) WHERE id = ?",
      [.text(old.name), .text(optional: old.note), .integer(id)])
    for (key, value) in old.tags {
      try connection.run(
        "INSERT OR REPLACE INTO tag (run, key, value) VALUES (?, ?, ?)",
        [.integer(id), .text(key), .text(value)])
    }
  }

  /// Copies all rows of a run.
  ///
  /// - Parameters:
  ///   - run: the run in `other`.
  ///   - other: the database that it stands in.
  ///   - id: the row id that it gets here, nil for a new one.
  /// - Returns: its row id here.
  /// - Throws: `StoreError`, or an `SQLiteError` of this database.
  private func copyAll(of run: Run, from other: RunDatabase, to id: Int?) throws -> Int64 {
    let copy = RowCopy(source: other, destination: self)
    let newID = try copy.row(of: "run", id: run.id, to: id)
    for table in [
      "tag", "step", "evaluation", "checkpoint", "gradient_shift", "landscape", "event",
    ] {
      try copy.rows(of: table, where: "run = ?", [.integer(run.id)], replacing: "run") { _ in newID
      }
    }
    var sites: [Int64: Int64] = [:]
    try copy.rows(
      of: "site", where: "run = ?", [.integer(run.id)], replacing: "run", by: { _ in newID },
      onEach: { sites[$0] = $1 })
    let ofSites = "+site IN (SELECT id FROM site WHERE run = ?)"
    for table in ["rollup", "batch_noise", "histogram_axis", "histogram", "quantile"] {
      try copy.rows(of: table, where: ofSites, [.integer(run.id)], replacing: "site") {
        sites[$0] ?? 0
      }
    }

    // The run's rows stand between these two ids: they are read in the order in which they stand in the file.
    let range = try other.attempt {
      try other.connection.firstRow(
        "SELECT min(moment.id), max(moment.id) FROM site JOIN moment ON moment.site = site.id WHERE run = ?",
        [.integer(run.id)]
      ) { [$0.binding(0), $0.binding(1)] }
    }
    let affine = try copy.single(of: "affine", replacing: "moment")
    let higherMoment = try copy.single(of: "higher_moment", replacing: "moment")
    try copy.rows(
      of: "moment", where: "id BETWEEN ? AND ? AND \(ofSites)",
      (range ?? []) + [.integer(run.id)], replacing: "site", by: { sites[$0] ?? 0 },
      onEach: {
        try affine($0, $1)
        try higherMoment($0, $1)
      })
    return newID
  }
}
