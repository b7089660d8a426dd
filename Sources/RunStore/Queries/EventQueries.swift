public import RunModel
import SQLite

extension RunDatabase {
  /// The events of a run, in order.
  ///
  /// - Throws: `StoreError`.
  public func events(of run: Run) throws -> [EventRecord] {
    try attempt {
      try connection.rows(
        "SELECT step, layer, kind, message FROM event WHERE run = ? ORDER BY step, id",
        [.integer(run.id)]
      ) { row in
        EventRecord(
          step: try row.count(0), layer: row.isNull(1) ? nil : try row.count(1),
          kind: try known(EventRecord.Kind(rawValue: row.text(2)), row.text(2)),
          message: row.text(3))
      }
    }
  }
}
