package import RunModel

extension CentralDatabase {
  /// Copies a run with all its records from another store, as far as it is not here.
  ///
  /// The run shows once all of it is here. It may be recorded meanwhile or later: a push sends what came since the last one.
  /// - Parameters:
  ///   - run: the run.
  ///   - source: the store that has it.
  ///   - first: the step from which on its records may be new; of those before only pooled blocks are looked at.
  ///   - isReplacing: whether another run of its id that is here is deleted first.
  ///   - report: called with what was sent so far, whenever the server has acknowledged more.
  /// - Returns: what was sent.
  /// - Throws: `StoreError`, of kind `differentRun` where the run here has other records; what was reported is here.
  @discardableResult
  package func push(
    _ run: Run, from source: any RecordReading, first: Int = 0, isReplacing: Bool = false,
    report: @escaping (PushedRun) -> Void = { _ in }
  ) throws -> PushedRun {
    try attempt {
      if isReplacing {
        try connection.query("DELETE FROM run WHERE uuid = $1", [.text(run.uuid)])
      }
      var push = try RunPush(run, from: source, to: self, report: report)
      return try push.send(from: first, firstPooled: 0)
    }
  }

  /// Copies what came to a run from step `first` on, as `push`, in one transaction: readers see whole steps.
  ///
  /// A pooled block that was not complete at the last push may be left to `push`; questions pool shorter ones meanwhile.
  /// - Throws: `StoreError`.
  package func pushNewest(of run: Run, from source: any RecordReading, first: Int) throws {
    try attempt {
      _ = try connection.transaction {
        var push = try RunPush(run, from: source, to: self) { _ in }
        return try push.send(from: first, firstPooled: first)
      }
    }
  }
}
