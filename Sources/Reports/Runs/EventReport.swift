package import RunModel
package import ShiftAnalysis

/// Reports what happened to a run beside its steps.
package enum EventReport {
  /// The answer with a row for each event that was recorded with the run.
  package static func answer(_ events: [EventRecord], of run: Run, _ layers: RunLayers) -> Answer {
    Answer(
      finding: EventFinding(events, of: run, LayerLabels(layers)).sentences,
      notes: ["\(run.label): events recorded with it"], [.events(events, of: run, layers)])
  }
}
