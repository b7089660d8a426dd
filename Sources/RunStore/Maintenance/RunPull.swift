import FoundationEssentials
package import RunModel
import SQLite

extension RunDatabase {
  /// Copies a run of another kind of store into this file, where it is new or the store has more of it.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - source: the store that has it.
  /// - Returns: what became of it, as after a merge.
  /// - Throws: `StoreError`, of kind `differentRun` where the run here has other records; then it stays as it is.
  package func pull(_ run: Run, from source: some RecordReading) throws -> MergedRun.Outcome {
    let found = try attempt { try selectRuns(false, "AND uuid = ?", [.text(run.uuid)]) }
    if let here = found.first {
      let (own, other) = try (
        RecordedDigest(of: here, in: self), RecordedDigest(of: run, in: source)
      )
      switch own.compared(with: other) {
      case .equal, .more: return .here
      case .fewer: break
      case .different(let table):
        throw StoreError(
          .differentRun,
          "Run \(run.shortID) in \(path) is not the one in \(source.path): it has other rows of \(table), and stays as it is; pull into another file."
        )
      }
    }
    // A file beside this one takes the run in, because a merge makes it appear here at once and whole. A pull that fails
    // leaves the file, from which the next one resumes.
    let copy = file.location + "-pull-\(run.uuid)"
    let taken = try RunDatabase.begun(copy)
    try taken.take(run, from: source)
    try taken.sealAll()
    var outcome = MergedRun.Outcome.here
    try merge(taken) { outcome = $0.outcome }
    RunDatabase.remove(copy)
    return outcome
  }

  /// The file that took a run in before; a new one where that is none or of another version.
  private static func begun(_ path: String) throws -> RunDatabase {
    do {
      return try RunDatabase(path: path, for: .record)
    } catch let error as StoreError where [.badDatabase, .newerSchema].contains(error.kind) {
      remove(path)
      return try RunDatabase(path: path, for: .record)
    }
  }

  private static func remove(_ path: String) {
    for suffix in ["", "-wal", "-shm", "-journal", "-recorders"] {
      // Most of them are not there.
      try? FileManager.default.removeItem(atPath: path + suffix)
    }
  }
}
