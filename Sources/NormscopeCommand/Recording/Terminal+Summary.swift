import Reports
import RunModel
import RunStore

extension Terminal {
  /// Shows what a run recorded, and the command that comes `next`.
  ///
  /// - Throws: `StoreError`; `OutputError` if writing fails.
  static func show(summary run: Run, in database: RunDatabase, next: String) throws {
    // A batch's shift has the noise of its sampling, which no sparkline shows.
    var follower = RunFollower(run, in: database, population: .probe)
    let summary = RunSummary(try follower.read(), vectorBytes: try database.vectorBytes(of: run))
    let lines = summary.lines(width: outputWidth, glyphs) + ["next: \(next)"]
    try show(lines.map { $0 + "\n" }.joined())
  }
}
