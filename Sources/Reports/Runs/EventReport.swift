package import RunModel
package import ShiftAnalysis

/// Reports what happened to a run beside its steps.
package enum EventReport {
  /// The answer with a row for each event that was recorded with the run.
  package static func answer(_ events: [EventRecord], of run: Run, _ layers: RunLayers) -> Answer {
    let labels = LayerLabels(layers)
    let columns =
      Column.run + [.number("step"), .text("kind")] + labels.columns + [.text("message")]
    let table = AnswerTable("event", columns) { rows in
      rows.share(run.cells)
      for event in events {
        try rows.row(
          [event.step, event.kind.rawValue] + labels.cells(of: event.layer) + [event.message])
      }
    }
    return Answer(notes: ["\(run.label): events recorded with it"], [table])
  }
}
