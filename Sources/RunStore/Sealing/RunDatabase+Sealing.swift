import RunModel
import SQLite
import Sealing

extension RunDatabase {
  /// Whether moments at one of `sites` are sealed.
  ///
  /// - Throws: `SQLiteError`.
  func isSealed(_ sites: [RecordedSite]) throws -> Bool {
    try sites.contains {
      try connection.firstSealedBlock(at: Int64($0.id), from: 0, to: .max) != nil
    }
  }

  /// Seals the moments of all runs that are stored plain, as far as that makes them smaller; damaged ones stay as they are.
  ///
  /// - Throws: `StoreError` of kind `busy` where another process records or changes a run, or what writing throws; blocks that were
  ///   sealed before stay so.
  func sealAll() throws {
    for run in try selectRuns(false, "", []) + selectRuns(true, "", []) {
      let lock = try write {
        try requireUnrecorded(run, to: "compact the database")
        // Whoever resumes the run would add to a block that is sealed meanwhile.
        return try RecorderLock(run: run.id, shortID: run.shortID, for: .changing, of: file)
      }
      defer { lock?.release() }
      try writer.slices { breathe in
        for site in try sites(of: run) {
          var next = 0
          while let step = try connection.firstRow(
            "SELECT min(step) FROM moment WHERE site = ? AND step >= ?",
            [.integer(site.id), .integer(next)], read: { $0.optionalInteger(0) }) ?? nil
          {
            let start = SealedSteps.start(of: step)
            guard start <= Row.largestCount else { break }
            next = start + SealedSteps.span
            try connection.seal(from: start, at: SealedSite(site))
            try breathe()
          }
        }
      }
    }
  }

  /// Stores the moments of the blocks that overlap `steps` as plain rows again, so that rows can be added and deleted.
  ///
  /// - Throws: `SQLiteError`, of code `corrupt` where a block is damaged.
  func unseal(_ steps: ClosedRange<Int>, at site: RecordedSite) throws {
    try connection.unseal(steps, at: SealedSite(site))
  }
}
