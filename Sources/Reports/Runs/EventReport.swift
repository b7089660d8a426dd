package import RunModel

/// Reports what happened to a run beside its steps.
package enum EventReport {
  /// The answer with a row for each event that was recorded with the run.
  package static func answer(_ events: [EventRecord], of run: Run) -> Answer {
    let columns =
      Column.run + [.number("step"), .text("kind"), .number("layer"), .text("message")]
    let table = AnswerTable("event", columns) { rows in
      rows.share(run.cells)
      for event in events {
        try rows.row(event.step, event.kind.rawValue, event.layer, event.message)
      }
    }
    return Answer(notes: ["\(run.label): events recorded with it"], [table])
  }
}
