public import RunModel
import SQLite

extension RunDatabase {
  /// The events of a run, in order.
  ///
  /// - Throws: `StoreError`.
  public func events(of run: Run) throws -> [EventRecord] {
    try attempt {
      try connection.rows(
        "SELECT step, layer, kind, message, tap FROM event WHERE run = ? ORDER BY step, id",
        [.integer(run.id)]
      ) { row in
        EventRecord(
          step: try row.count(0), layer: row.isNull(1) ? nil : try row.count(1),
          tap: try row.optionalText(4).map { try known(Site.Tap(rawValue: $0), $0) },
          kind: try known(EventRecord.Kind(rawValue: row.text(2)), row.text(2)),
          message: row.text(3))
      }
    }
  }
}
