import Migrations
public import RunModel
import SQLite

extension RunDatabase {
  /// Puts runs into the trash, all of them or none.
  ///
  /// - Throws: `StoreError`, of kind `busy` if a process records one of them.
  public func delete(_ runs: [Run]) throws {
    try write {
      for run in runs {
        try requireUnrecorded(run, to: "delete it")
        try connection.run(
          """
          UPDATE run SET deleted_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
          WHERE id = ? AND uuid = ? AND deleted_at IS NULL
          """,
          [.integer(run.id), .text(run.uuid)])
      }
    }
  }

  /// Takes runs out of the trash, all of them or none.
  ///
  /// - Throws: `StoreError`, of kind `unknownRun` if one of them is incomplete.
  public func restore(_ runs: [Run]) throws {
    try write {
      for run in runs {
        let reason = try connection.firstRow(
          "SELECT status_reason FROM run WHERE id = ? AND uuid = ?",
          [.integer(run.id), .text(run.uuid)]
        ) { $0.optionalText(0) }
        if let reason = reason ?? nil, RunDatabase.reasonsOfParts.contains(reason) {
          throw StoreError(
            .unknownRun,
            "Run \(run.shortID) in \(path) is incomplete (\(reason)); it can only be purged.")
        }
        try connection.run(
          "UPDATE run SET deleted_at = NULL WHERE id = ? AND uuid = ?",
          [.integer(run.id), .text(run.uuid)])
      }
    }
  }

  /// Deletes a run in the trash with all its records; a run outside the trash is left alone.
  ///
  /// Others may write meanwhile. If stopped, it leaves a run in the trash that can only be purged. The file keeps its size: the
  /// space is used again, or returned by `compact`.
  /// - Throws: `StoreError`, of kind `busy` where a process records the run.
  public func purge(_ run: Run) throws {
    try attempt { try deleteInSlices(run) }
  }

  /// The status reasons of runs that lack some of their records.
  static let reasonsOfParts: Set = [partlyPurged, partlyMerged]
  /// The status reason of a run that is being purged.
  static let partlyPurged = "It was purged in part."
  /// The status reason of a run that is being copied from another database.
  static let partlyMerged = "It was merged in part."

  /// Deletes the records of a run in the trash, then the run.
  func deleteInSlices(_ run: Run) throws {
    let key: [Binding] = [.integer(run.id), .text(run.uuid)]
    let (isThere, lock) = try write {
      try requireUnrecorded(run, to: "purge it")
      try connection.run(
        "UPDATE run SET status = 'failed', status_reason = ? WHERE id = ? AND uuid = ? AND deleted_at IS NOT NULL",
        [.text(RunDatabase.partlyPurged)] + key)
      let isThere = try connection.firstRow(
        "SELECT 1 FROM run WHERE id = ? AND uuid = ? AND deleted_at IS NOT NULL", key
      ) { _ in true }
      return (
        isThere != nil,
        try RecorderLock(run: run.id, shortID: run.shortID, for: .changing, of: file)
      )
    }
    defer { lock?.release() }
    guard isThere else { return }
    try writer.slices { breathe in
      let sites = try connection.rows(
        "SELECT id, width FROM site WHERE run = ?", [.integer(run.id)]
      ) {
        (id: $0.integer(0), width: $0.integer(1))
      }
      for site in sites {
        let rows = max(1, (4 << 20) / 8 / max(1, site.width))
        for table in RunTable.all(of: .site) where table.hasStep {
          try deleteRows(of: table.name, "site", site.id, atOnce: rows, breathe)
        }
        try connection.run("DELETE FROM site WHERE id = ?", [.integer(site.id)])
        try breathe()
      }
      for table in RunTable.all(of: .run) where table.hasStep {
        let rows = table.encoding == .file ? 1 : 1000
        try deleteRows(of: table.name, "run", run.id, atOnce: rows, breathe)
      }
      try connection.run("DELETE FROM run WHERE id = ? AND uuid = ?", key)
    }
  }

  /// Deletes the rows of a run or a site in the order of their steps, about `count` at once.
  private func deleteRows(
    of table: String, _ key: String, _ id: Int, atOnce count: Int, _ breathe: () throws -> Void
  ) throws {
    while true {
      let last = try connection.firstRow(
        "SELECT step FROM \(table) WHERE \(key) = ? ORDER BY step LIMIT 1 OFFSET ?",
        [.integer(id), .integer(count)]
      ) { $0.integer(0) }
      guard let last else { break }
      try connection.run(
        "DELETE FROM \(table) WHERE \(key) = ? AND step <= ?", [.integer(id), .integer(last)])
      try breathe()
    }
    try connection.run("DELETE FROM \(table) WHERE \(key) = ?", [.integer(id)])
    try breathe()
  }
}
