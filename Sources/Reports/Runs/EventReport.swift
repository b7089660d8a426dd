package import RunModel
package import ShiftAnalysis

/// Reports what happened to a run beside its steps.
package enum EventReport {
  /// The answer with a row for each event that was recorded with the run.
  package static func answer(_ events: [EventRecord], of run: Run, _ layers: RunLayers) -> Answer {
    let labels = LayerLabels(layers)
    let columns =
      Column.run
      + [
        Column.number("step").key,
        Column.text("kind").excepting(["alarm", "diverged", "non-finite", "failed"]).key,
      ] + labels.columns + [Column.text("message").prose.key]
    let table = AnswerTable("event", columns) { rows in
      rows.share(run.cells)
      for event in events {
        try rows.row(
          [event.step, event.kind.rawValue] + labels.cells(of: event.layer) + [event.message])
      }
    }
    return Answer(
      finding: EventFinding(events, of: run, labels).sentences,
      notes: ["\(run.label): events recorded with it"], [table])
  }
}
