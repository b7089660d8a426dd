package import RunModel

/// Reports the runs of a database.
package enum RunListReport {
  /// The answer with a row for each run.
  ///
  /// - Throws: `StoreError`.
  package static func answer(_ runs: [Run], in database: any RunReading) throws -> Answer {
    Answer([try .runs(runs, isWhole: false, in: database)])
  }
}
