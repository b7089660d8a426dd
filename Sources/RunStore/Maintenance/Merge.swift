import FoundationEssentials
import Migrations
public import RunModel
import SQLite

/// The result of merging a run of another database.
public struct MergedRun: Sendable {
  /// The outcome for the run.
  public enum Outcome: Sendable, Equatable {
    /// The run was new here.
    case added
    /// The run was here with this many steps, fewer than there or written earlier.
    case replaced(steps: Int)
    /// The run is here, with all data of the other database or more.
    case here
    /// A process records the run, there or here.
    case recorded
    /// The run is in the trash here.
    case inTrash
  }

  /// The run in the other database.
  public let run: Run
  /// The outcome for the run.
  public let outcome: Outcome
}

extension RunDatabase {
  /// Copies the runs of another database that are new here or have more steps there, with all their records.
  ///
  /// Runs are identified by uuid. A replaced run keeps the name, note and tags that it has here. Others may write meanwhile.
  /// A run being copied is in the trash until it is complete; a killed merge leaves it there, and the next merge removes it.
  /// - Parameters:
  ///   - other: the other database; runs in its trash stay there.
  ///   - isDryRun: whether nothing is changed.
  ///   - report: is called with the result of each run, in the order of the other database.
  /// - Throws: `StoreError`, or what `report` throws; the runs that were reported are copied.
  public func merge(
    _ other: RunDatabase, isDryRun: Bool = false, _ report: (MergedRun) throws -> Void
  ) throws {
    if !isDryRun { try purgeParts() }
    for listed in try other.runs() {
      // One state of the other database, whose runs may go on.
      let merged = try other.attempt {
        try other.connection.snapshot {
          let run = try other.run(uuid: listed.uuid)
          return try attempt {
            let outcome = try outcome(of: run, other)
            switch outcome {
            case .added, .replaced: if !isDryRun { try copy(run, from: other) }
            case .here, .recorded, .inTrash: break
            }
            return MergedRun(run: run, outcome: outcome)
          }
        }
      }
      try report(merged)
    }
  }

  private func outcome(of run: Run, _ other: RunDatabase) throws -> MergedRun.Outcome {
    if try other.attempt({ try other.recorder(of: run.uuid) }) != nil {
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
    if try recorder(of: run.uuid) != nil { return .recorded }
    return (run.stepCount, run.heartbeatAt) > (here.steps, here.heartbeat)
      ? .replaced(steps: here.steps) : .here
  }

  /// Copies a run with all its records, then replaces the run here, if there is one.
  private func copy(_ run: Run, from other: RunDatabase) throws {
    let copy = RowCopy(source: other, destination: self)
    let uuid = RunIdentifier.random()
    let (id, lock) = try write {
      let id = try copy.row(
        of: "run", id: run.id,
        changing: [
          "uuid": .text(uuid), "status": .text(Run.Status.failed.rawValue),
          "status_reason": .text(RunDatabase.partlyMerged), "deleted_at": .text(run.heartbeatAt),
        ])
      return (id, try RecorderLock(run: Int(id), shortID: run.shortID, for: .changing, of: file))
    }
    do {
      try writer.slices { try copyRecords(of: run, by: copy, to: id, $0) }
      let replaced = try write { try publish(run, from: other, id: id, uuid: uuid) }
      lock?.release()
      if let replaced { try deleteInSlices(replaced) }
    } catch {
      lock?.release()
      // The error that made this necessary is the one to tell.
      try? purgeParts()
      throw error
    }
  }

  /// Gives a complete copy its identity.
  ///
  /// - Returns: the replaced run, now in the trash.
  private func publish(_ run: Run, from other: RunDatabase, id: Int64, uuid: String) throws -> Run?
  {
    let outcome = try outcome(of: run, other)
    var replaced: Run?
    switch outcome {
    case .added: break
    case .replaced: replaced = try self.run(uuid: run.uuid)
    case .here, .recorded, .inTrash:
      throw StoreError(
        .busy,
        "Another program changed run \(run.shortID) in \(path) while it was merged; merge again.")
    }
    let shed = RunIdentifier.random()
    if let replaced {
      // Nobody else changes it now, nor from here on finds it.
      let lock = try RecorderLock(run: replaced.id, shortID: run.shortID, for: .changing, of: file)
      defer { lock?.release() }
      try connection.run(
        "UPDATE run SET name = ?, note = ifnull(?, note) WHERE id = ?",
        [.text(replaced.name), .text(optional: replaced.note), .integer(id)])
      for (key, value) in replaced.tags {
        try connection.run(
          "INSERT OR REPLACE INTO tag (run, key, value) VALUES (?, ?, ?)",
          [.integer(id), .text(key), .text(value)])
      }
      try connection.run(
        """
        UPDATE run SET uuid = ?, status = 'failed', status_reason = ?, deleted_at = heartbeat_at WHERE id = ?
        """, [.text(shed), .text(RunDatabase.partlyPurged), .integer(replaced.id)])
    }
    let stored = try other.attempt {
      try other.connection.firstRow(
        "SELECT status, status_reason FROM run WHERE id = ?", [.integer(run.id)]
      ) {
        [$0.binding(0), $0.binding(1)]
      } ?? []
    }
    try connection.run(
      "UPDATE run SET uuid = ?, status = ?, status_reason = ?, deleted_at = NULL WHERE id = ? AND uuid = ?",
      [.text(run.uuid)] + stored + [.integer(id), .text(uuid)])
    return try replaced.map { _ in try self.run(uuid: shed, inTrash: true) }
  }

  /// Purges what killed merges and purges left.
  private func purgeParts() throws {
    for run in try runs(inTrash: true)
    where run.statusReason.map(RunDatabase.reasonsOfParts.contains) == true {
      do {
        try purge(run)
      } catch let error as StoreError where error.kind == .busy {
        // Another program is at it.
      }
    }
  }

  /// Copies all rows that belong to a run.
  private func copyRecords(
    of run: Run, by copy: RowCopy, to newID: Int64, _ breathe: () throws -> Void
  ) throws {
    let other = copy.source
    var sites: [Int64: Int64] = [:]
    for table in RunTable.all(of: .run) {
      try copy.rows(
        of: table.name, where: "run = ?", [.integer(run.id)], replacing: "run", by: { _ in newID },
        onEach: {
          if table.name == "site" { sites[$0] = $1 }
          try breathe()
        })
    }
    let ofSites = "+site IN (SELECT id FROM site WHERE run = ?)"
    for table in RunTable.all(of: .site) where table.name != "moment" {
      try copy.rows(
        of: table.name, where: ofSites, [.integer(run.id)], replacing: "site",
        by: { sites[$0] ?? 0 }, onEach: { _, _ in try breathe() })
    }

    // The run's rows have ids between these two, and are read in the order of the file.
    let range = try other.attempt {
      try other.connection.firstRow(
        "SELECT min(moment.id), max(moment.id) FROM site JOIN moment ON moment.site = site.id WHERE run = ?",
        [.integer(run.id)]
      ) { [$0.binding(0), $0.binding(1)] }
    }
    let copiesOfMoment = try RunTable.all(of: .moment).map {
      try copy.single(of: $0.name, replacing: "moment")
    }
    try copy.rows(
      of: "moment", where: "id BETWEEN ? AND ? AND \(ofSites)",
      (range ?? []) + [.integer(run.id)], replacing: "site", by: { sites[$0] ?? 0 },
      onEach: {
        for copyRow in copiesOfMoment { try copyRow($0, $1) }
        try breathe()
      })
  }
}
