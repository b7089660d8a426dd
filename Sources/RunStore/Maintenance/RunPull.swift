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
    // A file beside this one takes the run in, because a merge makes it appear here at once and whole.
    let copy = file.location + "-pull-\(run.uuid)"
    defer { RunDatabase.remove(copy) }
    RunDatabase.remove(copy)
    let taken = try RunDatabase(path: copy, for: .record)
    try taken.insert(run, from: source)
    var outcome = MergedRun.Outcome.here
    try merge(taken) { outcome = $0.outcome }
    return outcome
  }

  private static func remove(_ path: String) {
    for suffix in ["", "-wal", "-shm", "-journal", "-recorders"] {
      // Most of them are not there.
      try? FileManager.default.removeItem(atPath: path + suffix)
    }
  }
}
