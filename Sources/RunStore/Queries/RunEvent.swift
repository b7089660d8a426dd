package import RunModel
import SQLite

/// An event with the run that it belongs to.
package struct RunEvent: Sendable {
  /// The key of the event in its database: newer events have larger ones.
  package let id: Int
  /// The id and the name of the run.
  package let runID, runName: String
  /// The name of the layer; nil where it has none, or the event is about no layer.
  package let layerName: String?
  /// The event.
  package let event: EventRecord
}

extension RunDatabase {
  /// The newest events of runs outside the trash, the newest first.
  ///
  /// - Parameters:
  ///   - count: the most events.
  ///   - after: the key of the event after which they come; nil for all.
  ///   - before: the key of the event before which they come; nil for all.
  ///   - reference: the id of the run; nil for all runs.
  ///   - kind: the kind; nil for all.
  /// - Returns: the events.
  /// - Throws: `StoreError`.
  package func newestEvents(
    atMost count: Int, after: Int? = nil, before: Int? = nil, ofRun reference: String? = nil,
    kind: String? = nil
  ) throws -> [RunEvent] {
    try attempt {
      try connection.rows(
        """
        SELECT event.id, run.uuid, run.name, event.step, event.layer, event.kind, event.message, event.tap,
          (SELECT layer_name FROM site WHERE site.run = run.id AND site.layer = event.layer
           AND layer_name IS NOT NULL LIMIT 1)
        FROM event JOIN run ON run.id = event.run
        WHERE run.deleted_at IS NULL AND event.id > ?1 AND event.id < ?2
          AND (?3 = '' OR run.uuid = ?3) AND (?4 = '' OR event.kind = ?4)
        ORDER BY event.id DESC LIMIT ?5
        """,
        [
          .integer(after ?? -1), .integer(before ?? .max), .text(reference ?? ""),
          .text(kind ?? ""),
          .integer(count),
        ]
      ) { row in
        RunEvent(
          id: row.integer(0), runID: row.text(1), runName: row.text(2),
          layerName: row.optionalText(8),
          event: EventRecord(
            step: try row.count(3), layer: row.isNull(4) ? nil : try row.count(4),
            tap: try row.optionalText(7).map { try known(Site.Tap(rawValue: $0), $0) },
            kind: try known(EventRecord.Kind(rawValue: row.text(5)), row.text(5)),
            message: row.text(6)))
      }
    }
  }

  /// The kinds of recorded events, in order.
  ///
  /// - Throws: `StoreError`.
  package func eventKinds() throws -> [String] {
    try attempt {
      try connection.rows("SELECT DISTINCT kind FROM event ORDER BY kind", []) { $0.text(0) }
    }
  }
}
